const texts = {
  zh: {
    title: "接口文档", filter: "筛选接口", token: "访问令牌",
    tokenNote: "令牌只留在本页内存中，刷新即失。试用会真实调用本地址的服务。",
    loading: "正在载入…", failed: "接口文档暂时无法载入，请稍后重试。", count: (n) => `共 ${n} 个接口`,
    other: "English", parameters: "参数", body: "请求内容", answers: "应答", required: "必填",
    signIn: "需要登录", tryIt: "试用", send: "发送", answer: "应答结果", noAnswer: "没有得到应答",
    fill: "请先填写", any: "任意", list: "列表", notJson: "请求内容不是有效的 JSON",
  },
  en: {
    title: "API", filter: "Filter operations", token: "Access token",
    tokenNote: "The token stays in this page's memory and is gone on reload. Trying calls the real services.",
    loading: "Loading…", failed: "The documentation cannot be loaded now: try again later.",
    count: (n) => `${n} operations`, other: "中文", parameters: "Parameters", body: "Request body",
    answers: "Answers", required: "required", signIn: "sign-in needed", tryIt: "Try it", send: "Send",
    answer: "Answer", noAnswer: "No answer came", fill: "Fill in first", any: "anything",
    list: "list", notJson: "The body is not valid JSON",
  },
};

let language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
const asked = new URLSearchParams(location.search).get("lang");
if (asked in texts) language = asked;

export const current = () => language;
export const text = (key) => texts[language][key];

export function toggle() {
  language = language === "zh" ? "en" : "zh";
  const address = new URL(location.href);
  address.searchParams.set("lang", language);
  history.replaceState(null, "", address);
}

export function translate(root) {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const place of root.querySelectorAll("[data-text]")) place.textContent = text(place.dataset.text);
}
