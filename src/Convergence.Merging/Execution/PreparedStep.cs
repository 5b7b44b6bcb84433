using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>A step and the tensor that it fills.</summary>
internal readonly record struct PreparedStep(MergeStep Step, DeviceTensor Output);
