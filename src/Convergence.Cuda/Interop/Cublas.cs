using System.Runtime.InteropServices;

namespace Convergence.Cuda.Interop;

/// <summary>
/// The functions of cuBLAS that this device calls (cuBLAS library reference). Each returns a status: success, or an error for
/// <see cref="CudaException.ThrowIfFailed(CublasStatus, string)"/>. Matrices are column-major; leading dimensions count elements.
/// </summary>
internal static unsafe partial class Cublas
{
    /// <summary>The name that <see cref="CudaLibraries"/> resolves.</summary>
    public const string Library = "convergence-cublas";

    [LibraryImport(Library, EntryPoint = "cublasCreate_v2")]
    public static partial CublasStatus Create(out nint handle);

    [LibraryImport(Library, EntryPoint = "cublasDestroy_v2")]
    public static partial CublasStatus Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "cublasGetVersion_v2")]
    public static partial CublasStatus GetVersion(nint handle, out int version);

    [LibraryImport(Library, EntryPoint = "cublasSetStream_v2")]
    public static partial CublasStatus SetStream(nint handle, nint stream);

    /// <summary>
    /// c = alpha * op(a) * op(b) + beta * c, with alpha and beta as float32 in host memory, summed in float32.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "cublasGemmEx")]
    public static partial CublasStatus GemmEx(
        nint handle,
        CublasOperation operationA,
        CublasOperation operationB,
        int rows,
        int columns,
        int depth,
        float* alpha,
        ulong a,
        CublasDataType typeA,
        int leadingA,
        ulong b,
        CublasDataType typeB,
        int leadingB,
        float* beta,
        ulong c,
        CublasDataType typeC,
        int leadingC,
        CublasComputeType computeType,
        int algorithm);

    /// <summary>
    /// As <see cref="GemmEx"/> for <paramref name="count"/> products of equal extents, whose matrices lie at a fixed distance, in elements.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "cublasGemmStridedBatchedEx")]
    public static partial CublasStatus GemmStridedBatchedEx(
        nint handle,
        CublasOperation operationA,
        CublasOperation operationB,
        int rows,
        int columns,
        int depth,
        float* alpha,
        ulong a,
        CublasDataType typeA,
        int leadingA,
        long distanceA,
        ulong b,
        CublasDataType typeB,
        int leadingB,
        long distanceB,
        float* beta,
        ulong c,
        CublasDataType typeC,
        int leadingC,
        long distanceC,
        int count,
        CublasComputeType computeType,
        int algorithm);
}
