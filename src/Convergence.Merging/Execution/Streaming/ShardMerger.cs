using System.Collections.Immutable;
using Convergence.Foundation.Files;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Files;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging;

/// <summary>Makes the weight files of one merge in a partial directory, those that are not there yet.</summary>
internal sealed class ShardMerger : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly ComputeDevice _host;
    private readonly MergePlan _plan;
    private readonly ImmutableArray<OutputShard> _shards;
    private readonly string _directory;
    private readonly TensorMergeContext _context;
    private readonly ParentReader _reader;
    private readonly StreamMemory _memory;
    private readonly List<FileDigest> _finished = [];
    private MergeJournal? _journal;
    private DeviceStreamer? _onDevice;
    private bool _failedForGood;

    public ShardMerger(ComputeDevice device, MergePlan plan, ImmutableArray<OutputShard> shards, StreamMemory memory, string directory)
    {
        (_device, _plan, _shards, _memory, _directory) = (device, plan, shards, memory, directory);
        _host = device.UsesHostMemory ? device : new CpuDevice();
        _context = new TensorMergeContext(_host.Merging);
        _reader = new ParentReader(plan, _host);
    }

    /// <summary>The weight files that are complete, earlier attempts' included, in the order of their numbers.</summary>
    public IEnumerable<FileDigest> Finished => _finished.OrderBy(shard => shard.Name, StringComparer.Ordinal);

    public int ReusedShardCount { get; private set; }

    /// <summary>Why an earlier attempt's files were not used.</summary>
    public string? Discarded { get; private set; }

    /// <summary>Whether another attempt of the same merge can go on with what is in the directory.</summary>
    public bool IsWorthKeeping => !_failedForGood && _journal is { Finished.Count: > 0 };

    public void Run(bool restart, Action<MergeProgress>? progress, CancellationToken cancellation)
    {
        OpenJournal(restart);
        var missing = _shards.Where(shard => _finished.All(done => done.Name != shard.FileName)).ToList();
        RefuseFullDisk(missing);
        try
        {
            Merge(missing, progress, cancellation);
        }
        catch (MergeException)
        {
            // The same files and recipe would fail again.
            _failedForGood = true;
            throw;
        }
    }

    public MergeReport Report(TimeSpan elapsed) => new()
    {
        TensorCount = _plan.Tasks.Length,
        BytesRead = _plan.InputBytes,
        BytesWritten = _plan.OutputBytes,
        Elapsed = elapsed,
        SlerpTensors = _context.SlerpTensors + (_onDevice?.SlerpTensors ?? 0),
        LerpFallbacks = _context.LerpFallbacks + (_onDevice?.LerpFallbacks ?? 0),
    };

    /// <summary>Writes the index and removes what is not part of a model. The directory is the output then.</summary>
    public void Complete()
    {
        if (_shards.Length > 1)
        {
            AtomicFile.WriteAllText(
                Path.Combine(_directory, SafetensorsFormat.IndexFileName), OutputShards.Index(_shards));
        }

        _journal?.Delete();
    }

    public void Dispose()
    {
        _context.Dispose();
        if (_host != _device)
        {
            _host.Dispose();
        }
    }

    private void OpenJournal(bool restart)
    {
        // A single file has nothing to go on from, so nothing is remembered of it. Nor of parents that are not files.
        var identity = _shards.Length > 1 ? MergeIdentity.Of(_plan, _shards) : null;
        var journal = MergeJournal.Open(_directory, identity ?? string.Empty, _shards, restart);
        Discarded = journal.Discarded;
        _finished.AddRange(journal.Finished);
        ReusedShardCount = _finished.Count;
        _journal = identity is null ? null : journal;
    }

    private void Merge(List<OutputShard> missing, Action<MergeProgress>? progress, CancellationToken cancellation)
    {
        using var crew = new MergeCrew(_host, _host.ThreadCount);
        using var ring = new OutputRing(crew, _memory.WindowCount, _memory.WindowByteCount);
        var onHost = new TensorStreamer(_plan.Recipe, _host, crew, ring, _context, _reader);
        using var onDevice = _device.UsesHostMemory ? null : new DeviceStreamer(_plan, _device, ring, onHost);
        _onDevice = onDevice;
        ITensorStreamer streamer = onDevice is null ? onHost : onDevice;
        var total = _plan.OutputBytes;
        var reused = total - missing.Sum(shard => shard.Tasks.Sum(task => task.ByteCount));
        var done = reused;
        if (missing.Count > 0)
        {
            FindTrim(cancellation);
        }

        using var tasks = _reader.ReadAhead(missing.SelectMany(shard => shard.Tasks)).GetEnumerator();
        foreach (var shard in missing)
        {
            var number = _shards.IndexOf(shard) + 1;
            using var file = StreamedFile.Create(Path.Combine(_directory, shard.FileName), shard.Layout.ByteCount);
            ring.Begin(file, shard.Layout.Header);
            for (var left = shard.Tasks.Length; left > 0 && tasks.MoveNext(); left--)
            {
                streamer.Merge(
                    tasks.Current,
                    byteCount => progress?.Invoke(new MergeProgress(done += byteCount, total, reused, number, _shards.Length)),
                    cancellation);
            }

            streamer.Finish();
            var finished = new FileDigest(shard.FileName, shard.Layout.ByteCount, ring.Finish());
            _finished.Add(finished);
            _journal?.Add(finished);
        }
    }

    private void FindTrim(CancellationToken cancellation)
    {
        _context.Trim = _onDevice?.FindTrim(cancellation)
            ?? ModelWideTrim.OfModel(_plan.Tasks, _context, _reader.LoadChecked, cancellation);
        if (_onDevice is not null)
        {
            _onDevice.Trim = _context.Trim;
        }
    }

    // A single file takes its space when it is created; several take theirs one by one, so that all of it is asked for once beforehand.
    private void RefuseFullDisk(List<OutputShard> missing)
    {
        if (missing.Count > 1)
        {
            FreeSpace.Require(_directory, "space.probe", missing.Sum(shard => shard.Layout.ByteCount));
        }
    }
}
