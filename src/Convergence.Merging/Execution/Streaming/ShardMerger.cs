using System.Collections.Immutable;
using Convergence.Foundation.Files;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Files;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging;

/// <summary>Makes the weight files of one merge in a partial directory, those that are not there yet.</summary>
internal sealed class ShardMerger : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly MergePlan _plan;
    private readonly ImmutableArray<OutputShard> _shards;
    private readonly string _directory;
    private readonly TensorMergeContext _context;
    private readonly ParentReader _reader;
    private readonly StreamMemory _memory;
    private readonly List<FileDigest> _finished = [];
    private MergeJournal? _journal;
    private bool _failedForGood;

    public ShardMerger(ComputeDevice device, MergePlan plan, ImmutableArray<OutputShard> shards, StreamMemory memory, string directory)
    {
        (_device, _plan, _shards, _memory, _directory) = (device, plan, shards, memory, directory);
        _context = new TensorMergeContext(device.Merging);
        _reader = new ParentReader(plan, device);
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
        SlerpTensors = _context.SlerpTensors,
        LerpFallbacks = _context.LerpFallbacks,
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

    public void Dispose() => _context.Dispose();

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
        using var crew = new MergeCrew(_device, _device.ThreadCount);
        using var ring = new OutputRing(crew, _memory.WindowCount, _memory.WindowByteCount);
        var streamer = new TensorStreamer(_plan.Recipe, _device, crew, ring, _context, _reader);
        var total = _plan.OutputBytes;
        var reused = total - missing.Sum(shard => shard.Tasks.Sum(task => task.ByteCount));
        var done = reused;
        if (missing.Count > 0)
        {
            _context.Trim = ModelWideTrim.OfModel(_plan.Tasks, _context, _reader.LoadChecked, cancellation);
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

            var finished = new FileDigest(shard.FileName, shard.Layout.ByteCount, ring.Finish());
            _finished.Add(finished);
            _journal?.Add(finished);
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
