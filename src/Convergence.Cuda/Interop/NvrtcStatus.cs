namespace Convergence.Cuda.Interop;

/// <summary>What NVRTC answers (nvrtcResult); it names its errors itself.</summary>
internal enum NvrtcStatus
{
    Success = 0,
}
