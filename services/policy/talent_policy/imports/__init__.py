"""Facts that authorities bring as files (数据导入)."""
