"""Workbooks made by hand, good ones and such as nobody should open."""

import io
import zipfile

WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<workbookPr{book}/><sheets><sheet name="x" sheetId="1" state="hidden" r:id="rId9"/>'
    '<sheet name="y" sheetId="2" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="sheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="171" formatCode="[Red]0.00&quot;day&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>'
)
STRINGS = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<si><t>编号</t></si><si><r><t>林</t></r><r><t>小溪</t></r><rPh><t>LIN</t></rPh></si></sst>"
)


def sheet(rows):
    """Return the XML of a sheet around rows."""
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )


def parts(rows="", book=""):
    """Return the parts of a workbook, to change before they are packed."""
    return {
        "xl/workbook.xml": WORKBOOK.format(book=book),
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": STRINGS,
        "xl/worksheets/sheet1.xml": sheet(rows),
    }


def packed(content):
    """Return parts as an archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return file.getvalue()


def text_cell(text, place=""):
    at = f' r="{place}"' if place else ""
    return f'<c{at} t="inlineStr"><is><t>{text}</t></is></c>'


def table(*rows):
    """Return a workbook of texts."""
    lines = "".join(
        f'<row r="{number}">{"".join(text_cell(cell) for cell in row)}</row>'
        for number, row in enumerate(rows, 1)
    )
    return packed(parts(lines))
