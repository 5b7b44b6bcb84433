using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>A step and the tensor that it fills.</summary>
/// <param name="Step">The step.</param>
/// <param name="Output">The tensor.</param>
/// <param name="RunUnit">Where the tensor may be cut: at multiples of this many elements.</param>
internal readonly record struct PreparedStep(MergeStep Step, DeviceTensor Output, long RunUnit);
