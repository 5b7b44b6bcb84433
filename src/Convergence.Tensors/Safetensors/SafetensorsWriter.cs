using Convergence.Foundation.Files;

namespace Convergence.Tensors.Safetensors;

/// <summary>
/// Writes safetensors files of tensors in memory, atomically and deterministically:
/// equal tensors and metadata give equal bytes, laid out as <see cref="SafetensorsLayout"/> says.
/// </summary>
public static class SafetensorsWriter
{
    // Large enough that the cost of a call does not show, small enough to stay out of the way of other writers.
    private const int ChunkByteCount = 8 << 20;

    /// <summary>Writes all tensors of a source.</summary>
    /// <param name="path">The file; replaced only once the new one is complete. Its directory must exist.</param>
    /// <param name="tensors">Host tensors of any element type; their bytes are written as they are.</param>
    /// <param name="metadata">Free-form strings for the header, for example <c>format: pt</c>; none by default.</param>
    /// <param name="cancellation">Looked at before every few megabytes; nothing is left behind.</param>
    /// <exception cref="SafetensorsException">The header would be larger than readers accept.</exception>
    /// <exception cref="ConvergenceException">The disk is full, or the file cannot be written; nothing is left behind.</exception>
    /// <exception cref="ArgumentException">A tensor is not in host memory, or a name is reserved or not valid Unicode.</exception>
    public static void Write(
        string path,
        ITensorSource tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellation = default) =>
        Write(path, tensors, metadata, stream => stream, cancellation);

    /// <summary>As the public method, with the disk's stream wrapped: how tests make a disk fail.</summary>
    internal static void Write(
        string path, ITensorSource tensors, IReadOnlyDictionary<string, string>? metadata,
        Func<Stream, Stream> wrap, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var descriptions = tensors.Names.Select(name => new TensorDescription(name, Host(tensors, name).DType, Host(tensors, name).Shape));
        var layout = SafetensorsLayout.Of(path, descriptions, metadata);
        AtomicFile.Write(
            path,
            layout.ByteCount,
            stream =>
            {
                stream.Write(layout.Header);
                foreach (var tensor in layout.Tensors)
                {
                    Copy(Host(tensors, tensor.Name), stream, cancellation);
                }
            },
            wrap);
    }

    private static HostTensor Host(ITensorSource source, string name) =>
        source.TryGet(name, out var tensor) && tensor is HostTensor host
            ? host
            : throw new ArgumentException($"Tensor \"{name}\" is not in host memory; read it back from its device first.", nameof(source));

    private static void Copy(HostTensor tensor, Stream stream, CancellationToken cancellation)
    {
        for (long offset = 0; offset < tensor.ByteCount; offset += ChunkByteCount)
        {
            cancellation.ThrowIfCancellationRequested();
            stream.Write(tensor.Bytes(offset, ChunkByteCount));
        }

        GC.KeepAlive(tensor);
    }
}
