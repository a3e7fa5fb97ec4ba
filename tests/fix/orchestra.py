"""Makes a full FIX 4.4 dictionary in QuickFIX's XML format out of the FIX Trading Community's Orchestra file."""

from pathlib import Path
from xml.etree import ElementTree as ET

ORCHESTRA = Path(__file__).parents[3] / "shared/fix/OrchestraFIX44.xml"
NAMESPACE = "{http://fixprotocol.io/2020/orchestra/repository}"
HEADER, TRAILER = "StandardHeader", "StandardTrailer"


class Orchestra:
    """The parts of an Orchestra file by their ids."""

    def __init__(self, file: Path) -> None:
        root = ET.parse(file).getroot()
        self.fields = {field.get("id", ""): field for field in root.iter(f"{NAMESPACE}field")}
        self.code_sets = {codes.get("name", ""): codes for codes in root.iter(f"{NAMESPACE}codeSet")}
        self.components = {part.get("id", ""): part for part in root.iter(f"{NAMESPACE}component")}
        self.groups = {group.get("id", ""): group for group in root.iter(f"{NAMESPACE}group")}
        self.messages = list(root.iter(f"{NAMESPACE}message"))

    def quickfix(self) -> ET.Element:
        """The whole as <fix>."""
        fix = ET.Element("fix", type="FIX", major="4", minor="4", servicepack="0")
        named = {part.get("name"): part for part in self.components.values()}
        self.members(ET.SubElement(fix, "header"), named[HEADER])
        self.members(ET.SubElement(fix, "trailer"), named[TRAILER])
        messages = ET.SubElement(fix, "messages")
        for message in self.messages:
            kind = "admin" if message.get("category") == "Session" else "app"
            attributes = {"name": message.get("name", ""), "msgtype": message.get("msgType", ""), "msgcat": kind}
            structure = message.find(f"{NAMESPACE}structure")
            assert structure is not None
            self.members(ET.SubElement(messages, "message", attributes), structure)
        components = ET.SubElement(fix, "components")
        for part in self.components.values():
            if part.get("name") not in (HEADER, TRAILER):
                self.members(ET.SubElement(components, "component", name=part.get("name", "")), part)
        fields = ET.SubElement(fix, "fields")
        for field in self.fields.values():
            self.field(fields, field)
        return fix

    def members(self, into: ET.Element, of: ET.Element) -> None:
        """The references of a message, component or group, groups spelt out in place."""
        for child in of:
            required = "Y" if child.get("presence") == "required" else "N"
            number = child.get("id", "")
            if child.tag == f"{NAMESPACE}fieldRef":
                ET.SubElement(into, "field", name=self.fields[number].get("name", ""), required=required)
            elif child.tag == f"{NAMESPACE}componentRef":
                name = self.components[number].get("name", "")
                if name not in (HEADER, TRAILER):
                    ET.SubElement(into, "component", name=name, required=required)
            elif child.tag == f"{NAMESPACE}groupRef":
                group = self.groups[number]
                count = group.find(f"{NAMESPACE}numInGroup")
                assert count is not None
                name = self.fields[count.get("id", "")].get("name", "")
                self.members(ET.SubElement(into, "group", name=name, required=required), group)

    def field(self, into: ET.Element, field: ET.Element) -> None:
        """A field with its type and values."""
        kind = field.get("type", "")
        codes = self.code_sets.get(kind)
        attributes = {"number": field.get("id", ""), "name": field.get("name", "")}
        element = ET.SubElement(
            into, "field", attributes, type=(kind if codes is None else codes.get("type", "")).upper()
        )
        for code in codes.iter(f"{NAMESPACE}code") if codes is not None else ():
            ET.SubElement(element, "value", enum=code.get("value", ""), description=code.get("name", ""))


def write_dictionary(file: Path) -> Path:
    """The dictionary made from ORCHESTRA, written to `file`."""
    ET.ElementTree(Orchestra(ORCHESTRA).quickfix()).write(file, encoding="utf-8", xml_declaration=True)
    return file
