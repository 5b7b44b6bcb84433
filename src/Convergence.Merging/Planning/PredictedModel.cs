using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Stands in for a merge's result that is not made yet: a model directory with its configuration, its tokenizer and its tensors' names,
/// types and shapes, so that a merge of it can be planned like any other. The tensors are zeros that take no place on the disk; where a
/// device is given, the first rows of one tensor of every shape are the parents', for trials of how long a merge takes.
/// </summary>
/// <param name="plan">The merge.</param>
/// <param name="device">Converts the parents' rows; <see langword="null"/> leaves them out.</param>
internal sealed class PredictedModel(MergePlan plan, ComputeDevice? device)
{
    /// <summary>Writes the directory, which must not exist.</summary>
    /// <exception cref="ConvergenceException">A parent's file cannot be copied, or the directory cannot be written.</exception>
    public void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        MergedModelWriter.WriteDescription(directory, plan);
        foreach (var shard in OutputShards.Of(plan.Tasks, long.MaxValue))
        {
            using var file = new FileStream(Path.Combine(directory, shard.FileName), FileMode.CreateNew, FileAccess.Write);
            file.Write(shard.Layout.Header);
            file.SetLength(shard.Layout.ByteCount);
            if (device is not null)
            {
                WriteSamples(shard, file, device);
            }
        }
    }

    private void WriteSamples(OutputShard shard, FileStream file, ComputeDevice computer)
    {
        var shapes = new HashSet<TensorShape>();
        long offset = shard.Layout.Header.Length;
        foreach (var task in shard.Tasks)
        {
            if (task.DType.IsComputable() && shapes.Add(task.Shape))
            {
                file.Position = offset;
                WriteSample(task, file, computer);
            }

            offset += task.ByteCount;
        }
    }

    private void WriteSample(MergeTask task, FileStream file, ComputeDevice computer)
    {
        using var parent = plan.Parents.Load(task.Base ?? task.Inputs[0], computer);
        var count = Math.Min(CostTrial.SampleOf(task.Shape).ElementCount, parent.Tensor.ElementCount);
        if (count == 0 || !parent.Tensor.DType.IsComputable())
        {
            return;
        }

        using var converted = HostTensor.Allocate(task.DType, new TensorShape(count));
        computer.Merging.Combine([parent.Tensor.Slice(0, count)], [1], converted);
        file.Write(converted.Bytes(0, (int)converted.ByteCount));
    }
}
