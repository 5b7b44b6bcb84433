namespace Convergence.Cuda.Interop;

/// <summary>Which library an error comes from.</summary>
internal enum CudaApi
{
    Driver,
    Nvrtc,
    Cublas,
}
