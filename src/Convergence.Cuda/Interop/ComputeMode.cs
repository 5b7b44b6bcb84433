namespace Convergence.Cuda.Interop;

/// <summary>Who may use a GPU (CUcomputemode), as an administrator has set it with nvidia-smi.</summary>
internal enum ComputeMode
{
    Default = 0,
    Prohibited = 2,
    ExclusiveProcess = 3,
}
