using System.Security.Cryptography;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Predicts the time of a merge by merging a little of it: a few rows of the largest tensor of every kind of operation,
/// with the real parents and numbers, so that any method is covered. What depends on bytes alone is measured beside it:
/// how fast this machine copies and hashes.
/// </summary>
internal sealed class CostTrial(MergePlan plan, ComputeDevice device, TimeProvider time)
{
    // From a process's start to the first tensor, and from the last to its end.
    private const double CommandSeconds = 0.25;

    // Bringing a mapped page in and reading it from the page cache, in copies of as many bytes on one thread.
    private const double CopiesPerInputByte = 2.5;

    private const int SampleElementCount = 1 << 19;
    private const int ProbeByteCount = 4 << 20;
    private const int RepeatCount = 3;

    /// <summary>Runs the trial, some milliseconds for every kind of operation.</summary>
    public TimeSpan Predict()
    {
        var threadCount = Environment.ProcessorCount;
        var (copySeconds, hashSeconds) = SecondsPerByte();
        var mergeSeconds = plan.Tasks.GroupBy(task => (task.Operation.GetType(), task.DType)).Sum(group => Seconds([.. group]));
        var readSeconds = plan.InputBytes * CopiesPerInputByte * copySeconds / threadCount;
        var writeSeconds = plan.OutputBytes * hashSeconds;

        // The writer takes its share of the processors, and cannot be faster than one of them.
        var workSeconds = Math.Max(writeSeconds, mergeSeconds + readSeconds + (writeSeconds / threadCount));
        return TimeSpan.FromSeconds(CommandSeconds + workSeconds);
    }

    /// <summary>The leading part of a tensor that stands for it: as many rows as have half a million elements.</summary>
    internal static TensorShape SampleOf(TensorShape shape)
    {
        if (shape.Rank == 0 || shape.ElementCount <= SampleElementCount)
        {
            return shape;
        }

        var rows = Math.Max(1, SampleElementCount / (shape.ElementCount / shape[0]));
        return new TensorShape([rows, .. shape.Extents[1..]]);
    }

    private double Seconds(List<MergeTask> tasks)
    {
        var largest = tasks.MaxBy(task => task.Shape.ElementCount)!;
        var sample = largest with { Shape = SampleOf(largest.Shape) };
        if (sample.Shape.ElementCount == 0)
        {
            return 0;
        }

        var best = double.PositiveInfinity;
        using var host = device.UsesHostMemory ? null : new CpuDevice(threadCount: 1);
        using var output = HostTensor.Allocate(sample.DType, sample.Shape);
        for (var repeat = 0; repeat <= RepeatCount; repeat++)
        {
            var start = time.GetTimestamp();
            Merge(sample, output, host ?? device);

            // The first time compiles the kernels.
            best = repeat == 0 ? best : Math.Min(best, time.GetElapsedTime(start).TotalSeconds);
        }

        return best / sample.Shape.ElementCount * tasks.Sum(task => (double)task.Shape.ElementCount);
    }

    // What a streaming merge does with a tensor: check its inputs, find out what must be known of it, merge it, check the result; and,
    // where the device has memory of its own, bring it there and back.
    private void Merge(MergeTask sample, HostTensor output, ComputeDevice host)
    {
        var whole = new List<LoadedTensor>();
        try
        {
            using var context = new TensorMergeContext(device.Merging);
            LoadedTensor Load(TensorInput input)
            {
                var loaded = plan.Parents.Load(input, host);
                whole.Add(loaded);
                var part = (HostTensor)loaded.Tensor.Slice(0, sample.Shape.ElementCount).Reshape(sample.Shape);
                var imported = device.Import(part);
                if (part.DType.IsComputable())
                {
                    device.Merging.CountNonFinite(imported);
                }

                return new LoadedTensor(imported, IsOwned: !ReferenceEquals(imported, part));
            }

            context.Trim = ModelWideTrim.OfModel([sample], context, Load, CancellationToken.None);
            context.Fill(sample, Load);
            using var step = sample.Operation.Prepare(context);
            using var own = device.UsesHostMemory ? null : device.Allocate(sample.DType, sample.Shape);
            var merged = own ?? output;
            step.Run(device.Merging, new MergeRun(context.BaseOrNull, context.Inputs, merged));
            if (ResultOverflow.IsPossible(sample))
            {
                device.Merging.CountNonFinite(merged);
            }

            if (own is not null)
            {
                using var export = device.BeginExport(own);
                export.Take(output);
            }
        }
        finally
        {
            whole.ForEach(loaded => loaded.Dispose());
        }
    }

    private (double Copy, double Hash) SecondsPerByte()
    {
        var source = new byte[ProbeByteCount];
        var target = new byte[ProbeByteCount];
        return (Best(() => source.CopyTo(target, 0)), Best(() => SHA256.HashData(source)));

        double Best(Action action)
        {
            var best = double.PositiveInfinity;
            for (var repeat = 0; repeat < RepeatCount; repeat++)
            {
                var start = time.GetTimestamp();
                action();
                best = Math.Min(best, time.GetElapsedTime(start).TotalSeconds);
            }

            return best / ProbeByteCount;
        }
    }
}
