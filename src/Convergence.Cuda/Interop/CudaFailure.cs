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
    /// <param name="call">The call as written, for example <c>CudaDriver.MemAlloc(out address, size)</c>.</param>
    public static CudaFailure Of(int status, string call)
    {
        var method = call.Split('(', 2)[0].Trim();
        var function = method[(method.LastIndexOf('.') + 1)..];
        return method.StartsWith(nameof(Nvrtc) + ".", StringComparison.Ordinal) ? OfNvrtc(status, "nvrtc" + function)
            : method.StartsWith(nameof(Cublas) + ".", StringComparison.Ordinal) ? OfCublas(status, "cublas" + function)
            : OfDriver(status, "cu" + function);
    }

    private static CudaFailure OfDriver(int status, string function)
    {
        var hasName = CudaDriver.GetErrorName(status, out var name) == 0;
        var hasText = CudaDriver.GetErrorString(status, out var text) == 0;
        return new CudaFailure(
            CudaApi.Driver,
            function,
            status,
            hasName ? Words(name, "unknown error") : "unknown error",
            hasText ? Words(text, "no text") : "no text");
    }

    private static CudaFailure OfNvrtc(int status, string function)
    {
        var name = Words(Nvrtc.GetErrorString(status), "NVRTC_ERROR");
        return new CudaFailure(CudaApi.Nvrtc, function, status, name, "the runtime compiler gives no text");
    }

    // cublasGetStatusString came only with CUDA 11.4, so the names are kept here.
    private static CudaFailure OfCublas(int status, string function)
    {
        var (name, text) = status switch
        {
            1 => ("CUBLAS_STATUS_NOT_INITIALIZED", "the library was not initialised"),
            CudaErrors.CublasAllocationFailed => ("CUBLAS_STATUS_ALLOC_FAILED", "the library found no memory on the GPU"),
            7 => ("CUBLAS_STATUS_INVALID_VALUE", "an argument is invalid"),
            8 => ("CUBLAS_STATUS_ARCH_MISMATCH", "the GPU lacks a feature"),
            11 => ("CUBLAS_STATUS_MAPPING_ERROR", "an access to the GPU's memory failed"),
            13 => ("CUBLAS_STATUS_EXECUTION_FAILED", "a kernel of the library failed"),
            14 => ("CUBLAS_STATUS_INTERNAL_ERROR", "the library failed"),
            15 => ("CUBLAS_STATUS_NOT_SUPPORTED", "the library does not support these types or extents"),
            _ => ("CUBLAS_STATUS", "unknown status"),
        };
        return new CudaFailure(CudaApi.Cublas, function, status, name, text);
    }

    private static string Words(nint utf8, string otherwise) => Marshal.PtrToStringUTF8(utf8) ?? otherwise;
}
