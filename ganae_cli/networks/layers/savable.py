"""What lets Keras build a layer again from a file `.keras`: a name by which it is known, and its options."""

import inspect
from typing import Any

import keras


def savable(*fixed: str):
    """Return the decorator of a layer class whose constructor takes plain values and layers.

    It registers the class as `ganae>NAME`. fixed: options in the config of its Keras base that the class itself sets.
    """

    def decorate(cls: type) -> type:
        def from_config(cls: type, config: dict[str, Any]) -> Any:
            """Build the layer of a config, in its precision, which its inner layers take from Keras' policy."""
            own = inspect.signature(cls.__init__).parameters  # type: ignore[misc]
            passes_on = any(one.kind is one.VAR_KEYWORD for one in own.values())
            before = keras.config.dtype_policy()
            keras.config.set_dtype_policy(_built(config["dtype"]) if isinstance(config["dtype"], dict) else before)
            try:
                given = {key: _built(value) for key, value in config.items() if key not in fixed}
                layer = cls(**{key: value for key, value in given.items() if key in own or passes_on})
            finally:
                keras.config.set_dtype_policy(before)
            layer.trainable = config.get("trainable", True)
            if "name" in config:
                layer.name = config["name"]
            return layer

        cls.from_config = classmethod(from_config)  # type: ignore[attr-defined]
        return keras.saving.register_keras_serializable(package="ganae")(cls)

    return decorate


def _built(value: Any) -> Any:
    """Return a value of a config: layers and initializers as objects, lists as tuples."""
    if isinstance(value, dict) and "class_name" in value:
        return keras.saving.deserialize_keras_object(value)
    return tuple(value) if isinstance(value, list) else value
