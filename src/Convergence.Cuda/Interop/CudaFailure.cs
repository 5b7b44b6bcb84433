using System.Runtime.InteropServices;

namespace Convergence.Cuda.Interop;

/// <summary>A call that failed, in the library's own words.</summary>
/// <param name="Api">The library.</param>
/// <param name="Function">The function, for example <c>cuMemAlloc</c>.</param>
/// <param name="Code">What it returned.</param>
/// <param name="Name">The error's name, for example <c>CUDA_ERROR_OUT_OF_MEMORY</c>.</param>
/// <param name="Text">What the library says of it.</param>
internal sealed record CudaFailure(CudaApi Api, string Function, int Code, string Name, string Text)
{
    /// <param name="status">What the function returned.</param>
    /// <param name="call">The call as written, or <c>nameof</c> its method: <c>CudaDriver.MemAlloc(out address, size)</c>.</param>
    public static CudaFailure Of(int status, string call)
    {
        var hasName = CudaDriver.GetErrorName(status, out var name) == 0;
        var hasText = CudaDriver.GetErrorString(status, out var text) == 0;
        return new CudaFailure(
            CudaApi.Driver,
            "cu" + MethodIn(call),
            status,
            hasName ? Words(name, "unknown error") : "unknown error",
            hasText ? Words(text, "no text") : "no text");
    }

    /// <inheritdoc cref="Of(int, string)"/>
    public static CudaFailure Of(NvrtcStatus status, string call)
    {
        var name = Words(Nvrtc.GetErrorString(status), "NVRTC_ERROR");
        return new CudaFailure(CudaApi.Nvrtc, "nvrtc" + MethodIn(call), (int)status, name, "the runtime compiler gives no text");
    }

    /// <inheritdoc cref="Of(int, string)"/>
    public static CudaFailure Of(CublasStatus status, string call)
    {
        // cublasGetStatusString came only with CUDA 11.4, so the names are kept here.
        var (name, text) = status switch
        {
            CublasStatus.NotInitialized => ("CUBLAS_STATUS_NOT_INITIALIZED", "the library was not initialised"),
            CublasStatus.AllocationFailed => ("CUBLAS_STATUS_ALLOC_FAILED", "the library found no memory on the GPU"),
            CublasStatus.InvalidValue => ("CUBLAS_STATUS_INVALID_VALUE", "an argument is invalid"),
            CublasStatus.ArchitectureMismatch => ("CUBLAS_STATUS_ARCH_MISMATCH", "the GPU lacks a feature"),
            CublasStatus.MappingError => ("CUBLAS_STATUS_MAPPING_ERROR", "an access to the GPU's memory failed"),
            CublasStatus.ExecutionFailed => ("CUBLAS_STATUS_EXECUTION_FAILED", "a kernel of the library failed"),
            CublasStatus.InternalError => ("CUBLAS_STATUS_INTERNAL_ERROR", "the library failed"),
            CublasStatus.NotSupported => ("CUBLAS_STATUS_NOT_SUPPORTED", "the library does not support these types or extents"),
            CublasStatus.LicenseError => ("CUBLAS_STATUS_LICENSE_ERROR", "the library found no licence"),
            _ => ("CUBLAS_STATUS", "unknown status"),
        };
        return new CudaFailure(CudaApi.Cublas, "cublas" + MethodIn(call), (int)status, name, text);
    }

    private static string MethodIn(string call)
    {
        var method = call.Split('(', 2)[0].Trim();
        return method[(method.LastIndexOf('.') + 1)..];
    }

    private static string Words(nint utf8, string otherwise) => Marshal.PtrToStringUTF8(utf8) ?? otherwise;
}
