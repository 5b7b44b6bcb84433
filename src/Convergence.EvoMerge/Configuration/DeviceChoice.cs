namespace Convergence.EvoMerge.Configuration;

/// <summary>Where candidates are merged and scored.</summary>
public enum DeviceChoice
{
    /// <summary>The best device that is built in: the CPU. <c>auto</c>.</summary>
    Auto,

    /// <summary>The CPU. <c>cpu</c>.</summary>
    Cpu,
}
