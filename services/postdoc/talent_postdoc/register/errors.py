"""What can be wrong with a request to the register."""

from talent_kit.problems import NotFound, Text


class EntryNotFound(NotFound):
    code = "register-entry-not-found"
    title = Text("名录中没有该站", "No such station in the register")
