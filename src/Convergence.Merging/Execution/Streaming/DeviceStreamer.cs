using Convergence.Foundation.Text;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Merges tensors on a device with memory of its own, one in a piece: while a result comes back and goes into the ring of output windows,
/// the next tensor's inputs are uploaded. What the device has no memory for is merged on the host, and so is what is only copied.
/// Used by one caller at a time.
/// </summary>
internal sealed class DeviceStreamer : ITensorStreamer, IDisposable
{
    // Where windows are cut is of no importance to a copy; whole cache lines are as good as any.
    private const int CutUnit = 64;

    private readonly MergePlan _plan;
    private readonly ComputeDevice _device;
    private readonly OutputRing _ring;
    private readonly TensorStreamer _host;
    private readonly TensorMergeContext _context;
    private readonly ParentReader _reader;
    private readonly long _limit;
    private ReturningTensor? _returning;
    private bool _hasTold;

    /// <param name="plan">What to merge.</param>
    /// <param name="device">Where.</param>
    /// <param name="ring">Takes the output.</param>
    /// <param name="host">Merges into the same ring what does not go to the device.</param>
    public DeviceStreamer(MergePlan plan, ComputeDevice device, OutputRing ring, TensorStreamer host)
    {
        (_plan, _device, _ring, _host) = (plan, device, ring, host);
        _context = new TensorMergeContext(device.Merging);
        _reader = new ParentReader(plan, device);

        // Numbers of the whole model take several readings of it: what stays on the device is uploaded once.
        var kept = plan.ModelWideTasks.Any() ? plan.InputBytes : 0;
        var needs = new DeviceMemoryNeeds(
            kept, DeviceNeeds.Of(plan), CandidateCount: 1, MostTogether: 1, ScoringByteCount: 0, SharedByteCount: 0);
        _limit = device.PlanMemory(needs)?.UsableByteCount ?? long.MaxValue;
    }

    /// <summary>As <see cref="TensorMergeContext.SlerpTensors"/>, of what was merged on the device.</summary>
    public int SlerpTensors => _context.SlerpTensors;

    /// <summary>As <see cref="TensorMergeContext.LerpFallbacks"/>, of what was merged on the device.</summary>
    public int LerpFallbacks => _context.LerpFallbacks;

    /// <summary>What is known of the whole model before its first tensor is merged.</summary>
    public ModelWideTrim? Trim
    {
        set => _context.Trim = value;
    }

    /// <summary>Finds out on the device what must be known of the whole model.</summary>
    /// <returns><see langword="null"/> when nothing must, or the device has no memory for it.</returns>
    public ModelWideTrim? FindTrim(CancellationToken cancellation)
    {
        try
        {
            return _plan.ModelWideTasks.All(Fits)
                ? ModelWideTrim.OfModel(_plan.Tasks, _context, _reader.LoadChecked, cancellation)
                : null;
        }
        catch (DeviceException exception) when (exception.IsOutOfMemory)
        {
            return null;
        }
        finally
        {
            _context.Release();
        }
    }

    /// <inheritdoc/>
    public void Merge(MergeTask task, Action<long> report, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (task.Shape.ElementCount == 0)
        {
            return;
        }

        if (task.Operation is PassthroughMerge || !TryMerge(task, report))
        {
            Finish();
            _host.Merge(task, report, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        if (_returning is not { } tensor)
        {
            return;
        }

        _returning = null;
        using (tensor)
        {
            for (var left = tensor.ElementCount; left > 0;)
            {
                var window = _ring.Reserve(tensor.DType, left, CutUnit);
                tensor.Take(window);
                _ring.Commit();
                left -= window.ElementCount;
            }
        }
    }

    public void Dispose()
    {
        _returning?.Dispose();
        _returning = null;
        _context.Dispose();
    }

    private bool Fits(MergeTask task) => DeviceNeeds.Of(_plan, task) <= _limit;

    private bool TryMerge(MergeTask task, Action<long> report)
    {
        var isRefused = !Fits(task);
        var lack = "the GPU has no memory";
        while (!isRefused)
        {
            var (slerpTensors, lerpFallbacks) = (_context.SlerpTensors, _context.LerpFallbacks);
            try
            {
                _returning = Start(task, report);
                return true;
            }
            catch (DeviceException exception) when (exception.IsOutOfMemory)
            {
                _context.Release();
                (_context.SlerpTensors, _context.LerpFallbacks) = (slerpTensors, lerpFallbacks);

                lack = exception.IsOfHostMemory ? "there is no main memory that the GPU can reach" : lack;

                // There is more room once the result of the tensor before is back.
                isRefused = _returning is null;
                Finish();
            }
        }

        if (!_hasTold)
        {
            _hasTold = true;
            _device.Note(
                $"{lack} for tensor {task.Name} {task.Shape}, of which inputs and result take "
                + $"{ByteSize.Format(DeviceNeeds.Of(_plan, task))}: it is merged on the processors, and so is what else does not fit.");
        }

        return false;
    }

    private ReturningTensor Start(MergeTask task, Action<long> report)
    {
        _context.Fill(task, _reader.Load, () => _reader.Check(task, _context), () => _reader.MarkChecked(task));
        Finish();
        using var step = task.Operation.Prepare(_context);
        _reader.Check(task, _context);
        var output = _device.Allocate(task.DType, task.Shape);
        try
        {
            step.Run(_device.Merging, new MergeRun(_context.UnseenBase, _context.UnseenInputs, output));
            if (ResultOverflow.IsPossible(task))
            {
                ResultOverflow.Refuse(_plan.Recipe, task, _device.Merging.CountNonFinite(output));
            }

            return new ReturningTensor(output, _device.BeginExport(output), report);
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }
}
