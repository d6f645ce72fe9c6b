def register_heif_opener(
    *,
    decode_threads: int = ...,
    thumbnails: bool = ...,
    depth_images: bool = ...,
    aux_images: bool = ...,
) -> None: ...
