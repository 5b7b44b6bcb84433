namespace Convergence.Tensors.Devices;

/// <summary>Where to compute, as a user asks for it.</summary>
public enum DeviceKind
{
    /// <summary>The first GPU that can be used, else the CPU. <c>auto</c>.</summary>
    Auto,

    /// <summary>The CPU. <c>cpu</c>.</summary>
    Cpu,

    /// <summary>A GPU by CUDA. <c>cuda</c>.</summary>
    Cuda,
}
