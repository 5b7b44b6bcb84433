using System.Text;
using System.Text.Json;
using Convergence.EvoMerge.Serialization;
using Convergence.Foundation.Files;

namespace Convergence.EvoMerge.Fitness.Cache;

/// <summary>
/// The write-ahead log of a run: every evaluation and measurement is appended as one line of JSON, and handed to the operating system,
/// before the search hears of it. A killed process loses nothing that it had finished; a line that was cut off is dropped on opening. One
/// process at a time. Appending is thread-safe.
/// </summary>
public sealed class EvaluationLog : IDisposable
{
    /// <summary>The log's name in the checkpoint directory.</summary>
    public const string FileName = "evaluations.jsonl";

    // Millions of evaluations.
    private const int MaxByteCount = 1 << 30;

    private readonly Lock _gate = new();
    private readonly FileStream _stream;
    private readonly string _path;

    private EvaluationLog(FileStream stream, string path)
    {
        _stream = stream;
        _path = path;
    }

    /// <summary>The evaluations that were in the log when it was opened, oldest first.</summary>
    public IReadOnlyList<CachedScore> Scores { get; private set; } = [];

    /// <summary>The measurements that were in the log when it was opened, oldest first.</summary>
    public IReadOnlyList<CachedCost> Costs { get; private set; } = [];

    /// <summary>Lines that were not entries of this log: cut off by a kill, or damaged. They are ignored.</summary>
    public int DamagedLineCount { get; private set; }

    /// <summary>Opens the log of a checkpoint directory, or starts it.</summary>
    /// <exception cref="ConvergenceException">Another run has it open, or it cannot be written.</exception>
    public static EvaluationLog Open(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            Directory.CreateDirectory(directory);
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                var log = new EvaluationLog(stream, path);
                log.ReadEntries();
                return log;
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConvergenceException($"{path}: cannot be opened for writing: {exception.Message} {Cure(path, exception)}", exception);
        }
    }

    public void Append(CachedScore score) => Append(new LogEntry(Score: score));

    public void Append(CachedCost cost) => Append(new LogEntry(Cost: cost));

    public void Dispose() => _stream.Dispose();

    /// <summary>A file that is there and may be written can only be in use.</summary>
    private static string Cure(string path, Exception exception) =>
        exception is IOException && File.Exists(path)
            ? "Another run uses this checkpoint directory: wait for it, or set another 'checkpoints' (--checkpoints DIR)."
            : "Check that the checkpoint directory can be made and may be written to, or set another 'checkpoints' (--checkpoints DIR).";

    private void Append(LogEntry entry)
    {
        var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(entry, RunJson.Compact) + "\n");
        lock (_gate)
        {
            try
            {
                _stream.Write(line);
                _stream.Flush();
            }
            catch (Exception exception) when (WriteFailure.IsRefusal(exception))
            {
                var reason = WriteFailure.IsOutOfSpace(exception) ? "the disk is full." : exception.Message;
                throw new ConvergenceException(
                    $"{_path}: cannot be written: {reason} Free some space.", exception);
            }
        }
    }

    private void ReadEntries()
    {
        var scores = new List<CachedScore>();
        var costs = new List<CachedCost>();
        if (!_stream.CanSeek || _stream.Length > MaxByteCount)
        {
            throw new ConvergenceException(
                $"{_path}: is no regular file of at most {MaxByteCount} bytes, so it is not an evaluation log. "
                + "Remove it, or set another 'checkpoints'.");
        }

        var bytes = new byte[_stream.Length];
        _stream.ReadExactly(bytes);
        var start = 0;
        for (int length; (length = bytes.AsSpan(start).IndexOf((byte)'\n')) >= 0; start += length + 1)
        {
            switch (Parse(bytes.AsSpan(start, length)))
            {
                case { Score: { } score }:
                    scores.Add(score);
                    break;
                case { Cost: { } cost }:
                    costs.Add(cost);
                    break;
                default:
                    DamagedLineCount++;
                    break;
            }
        }

        // What a kill cut off goes, so that the next line starts a line.
        DamagedLineCount += start < bytes.Length ? 1 : 0;
        _stream.SetLength(start);
        _stream.Position = start;
        (Scores, Costs) = (scores, costs);
    }

    private static LogEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<LogEntry>(line, RunJson.Compact);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
