namespace Convergence.Tensors.Safetensors;

/// <summary>
/// The constants of the safetensors format: eight bytes of header length (unsigned, little-endian), a JSON header, then the
/// tensors' bytes, little-endian and row-major, without holes.
/// </summary>
public static class SafetensorsFormat
{
    /// <summary>Bytes of the length that precedes the header.</summary>
    public const int LengthByteCount = 8;

    /// <summary>The largest header that is read or written: 100 MB, as in the reference implementation.</summary>
    public const int MaxHeaderByteCount = 100_000_000;

    /// <summary>The largest number of extents of a shape.</summary>
    public const int MaxRank = 64;

    /// <summary>The key of the header's free-form strings; no tensor can have this name.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>The file name of a model in one piece.</summary>
    public const string SingleFileName = "model.safetensors";

    /// <summary>The file name of the index of a model in shards.</summary>
    public const string IndexFileName = "model.safetensors.index.json";

    /// <summary>Headers are padded with spaces to a multiple of this, so that the data of fresh files is aligned.</summary>
    internal const int HeaderAlignment = 8;
}
