using System.Collections.Immutable;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging;

/// <summary>
/// One weight file of a merge: its name, where everything lies in it, and the tasks that make its tensors, in the order of their bytes.
/// </summary>
internal sealed record OutputShard(string FileName, SafetensorsLayout Layout, ImmutableArray<MergeTask> Tasks);
