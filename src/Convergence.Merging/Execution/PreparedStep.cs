using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>A step and the tensor that it fills.</summary>
/// <param name="Step">The step.</param>
/// <param name="Output">The tensor.</param>
/// <param name="Bound">No element of it will be larger in magnitude.</param>
internal readonly record struct PreparedStep(MergeStep Step, DeviceTensor Output, double Bound);
