"""Models whose fields say in OpenAPI what they say in the code."""

from pydantic import BaseModel, ConfigDict


class Described(BaseModel):
    """A model of requests or answers: a field's docstring is its description in OpenAPI."""

    model_config = ConfigDict(use_attribute_docstrings=True)
