namespace Convergence.Tensors.Safetensors;

/// <summary>Why a safetensors file or checkpoint was refused, or could not be written.</summary>
public enum SafetensorsError
{
    /// <summary>There is no such file or directory.</summary>
    FileNotFound,

    /// <summary>The operating system refuses to open or map the file.</summary>
    Unreadable,

    /// <summary>The file is shorter than the eight bytes that hold the header's length.</summary>
    FileTooShort,

    /// <summary>The header's length is zero.</summary>
    HeaderEmpty,

    /// <summary>The header's length is above <see cref="SafetensorsFormat.MaxHeaderByteCount"/>.</summary>
    HeaderTooLarge,

    /// <summary>The header's length goes beyond the end of the file.</summary>
    HeaderBeyondFile,

    /// <summary>The header is not valid UTF-8.</summary>
    HeaderNotUtf8,

    /// <summary>The header does not begin with <c>{</c>.</summary>
    HeaderNotObject,

    /// <summary>The header is not valid JSON, or nested deeper than the format needs.</summary>
    HeaderNotJson,

    /// <summary>A key occurs twice in one JSON object.</summary>
    DuplicateKey,

    /// <summary><c>__metadata__</c> is not an object of strings.</summary>
    InvalidMetadata,

    /// <summary>A tensor's entry is not an object of exactly <c>dtype</c>, <c>shape</c> and <c>data_offsets</c>.</summary>
    MalformedEntry,

    /// <summary>An element type outside the format, or one that is not supported.</summary>
    UnknownDType,

    /// <summary>A shape with a negative or fractional extent, or with too many of them.</summary>
    InvalidShape,

    /// <summary>The number of elements or bytes of a shape does not fit in 64 bits.</summary>
    ShapeOverflow,

    /// <summary>Offsets that are not two integers with 0 &lt;= begin &lt;= end.</summary>
    InvalidOffsets,

    /// <summary>The bytes between the offsets are not the bytes that shape and element type need.</summary>
    SizeMismatch,

    /// <summary>A tensor ends beyond the end of the file: truncated, or the header lies.</summary>
    DataBeyondFile,

    /// <summary>Bytes between two tensors, or before the first, that belong to none.</summary>
    Hole,

    /// <summary>Two tensors share bytes.</summary>
    Overlap,

    /// <summary>Bytes after the last tensor.</summary>
    TrailingData,

    /// <summary>A directory holds neither <c>model.safetensors</c> nor an index of shards.</summary>
    NoWeights,

    /// <summary>The index of shards is not valid JSON of the expected form, or names a file outside its directory.</summary>
    InvalidIndex,

    /// <summary>The index names a shard that does not exist.</summary>
    MissingShard,

    /// <summary>The index maps a tensor to a shard that does not hold it.</summary>
    TensorNotInShard,

    /// <summary>A shard holds a tensor that the index does not name.</summary>
    TensorNotInIndex,

    /// <summary>Two shards hold a tensor of the same name.</summary>
    DuplicateTensor,
}
