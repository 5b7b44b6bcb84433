using System.Collections.Immutable;

namespace Convergence.Tensors.Devices;

/// <summary>The GPUs that a program could compute on.</summary>
/// <param name="Gpus">Each in one line: index, name, compute capability, memory.</param>
/// <param name="Reason">Why there is none; <see langword="null"/> when there is one.</param>
public sealed record DeviceListing(ImmutableArray<string> Gpus, string? Reason);
