using System.Globalization;
using System.Runtime.CompilerServices;
using Convergence.Cuda.Interop;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda;

/// <summary>
/// CUDA is missing, or one of its functions failed: with the function, the error's own name and text, and the cure where there is one.
/// </summary>
public sealed class CudaException : DeviceException
{
    public CudaException(string message) : base(message)
    {
    }

    public CudaException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    internal CudaException(string message, CudaFailure failure) : base(message) => Failure = failure;

    /// <summary>
    /// The driver's own name of the error, for example <c>CUDA_ERROR_OUT_OF_MEMORY</c>; <see langword="null"/> where none was called.
    /// </summary>
    public string? ErrorName => Failure?.Name;

    /// <inheritdoc/>
    public override bool IsOutOfMemory => Failure is { Api: CudaApi.Driver, Code: CudaErrors.OutOfMemory }
        or { Api: CudaApi.Cublas, Code: (int)CublasStatus.AllocationFailed }
        or { Api: CudaApi.Cublas, Code: (int)CublasStatus.NotInitialized, Function: CudaErrors.CublasMaker };

    /// <inheritdoc/>
    public override bool IsOfHostMemory =>
        Failure is { Api: CudaApi.Driver, Code: CudaErrors.OutOfMemory, Function: CudaErrors.HostAllocator };

    /// <summary>
    /// Whether a kernel broke the context ("sticky" errors): every later call of this process on this GPU fails too.
    /// </summary>
    public override bool IsLost => Failure is { Api: CudaApi.Driver } && CudaErrors.IsSticky(Failure.Code);

    /// <summary>Whether a library is nowhere: not even one that could not be used was found.</summary>
    internal bool IsMissingLibrary { get; init; }

    internal CudaFailure? Failure { get; }

    /// <summary>Throws when <paramref name="status"/>, which a function of <c>CudaDriver</c> returned, is an error.</summary>
    /// <param name="status">What it returned.</param>
    /// <param name="call">The call as it was written; it names the function.</param>
    internal static void ThrowIfFailed(int status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != 0)
        {
            throw Of(CudaFailure.Of(status, call));
        }
    }

    /// <inheritdoc cref="ThrowIfFailed(int, string)"/>
    internal static void ThrowIfFailed(NvrtcStatus status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != NvrtcStatus.Success)
        {
            throw Of(CudaFailure.Of(status, call));
        }
    }

    /// <inheritdoc cref="ThrowIfFailed(int, string)"/>
    /// <remarks>What comes behind a kernel is for <c>CublasHandle</c>, which asks whether the kernel was at fault.</remarks>
    internal static void ThrowIfFailed(CublasStatus status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != CublasStatus.Success)
        {
            throw Of(CudaFailure.Of(status, call));
        }
    }

    internal static CudaException Of(CudaFailure failure, string? detail = null)
    {
        var cure = CudaErrors.CureOf(failure);
        return new CudaException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{failure.Function} failed: {failure.Name} ({failure.Code}): {failure.Text.TrimEnd('.')}.")
            + (detail is null ? "" : " " + detail) + (cure is null ? "" : " " + cure),
            failure);
    }
}
