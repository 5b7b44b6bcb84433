using System.Globalization;
using System.Text;
using Convergence.Foundation.Files;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>
/// Keeps every answer of a run in a file of JSON lines, by the content of its request and without secrets,
/// so that a run goes on where it was killed and no call is paid for twice. A line is on the disk before the answer is used; answers
/// that come at the same time share one write. Memory holds where lines are, not what they say.
/// A last line that a kill cut short is taken off when the file is opened again. One process may have it open at a time;
/// within it, any number of threads.
/// </summary>
public sealed class Cassette : IDisposable
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inherited = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly string _path;
    private readonly GroupWriter _writer;
    private volatile CassetteException? _refusal;

    private Cassette(FileStream file, string path, SecretRedactor redactor, bool forgetsFailures)
    {
        _file = file;
        _path = path;
        Redactor = redactor;
        _writer = new GroupWriter(file.SafeFileHandle, ReadAll(forgetsFailures));
    }

    /// <summary>What takes secrets out of answers. Whoever authorizes calls is made known to it before the first call.</summary>
    public SecretRedactor Redactor { get; }

    /// <summary>How many answers it holds.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _places.Count;
            }
        }
    }

    /// <summary>Opens a cassette, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="redactor">What takes secrets out of answers.</param>
    /// <param name="forgetsFailures">
    /// Whether calls that failed for a reason which may be gone by now, as an outage, are made again. Default: no.
    /// </param>
    /// <exception cref="CassetteException">Another process has it open, or a line before the last is damaged.</exception>
    public static Cassette Open(string path, SecretRedactor redactor, bool forgetsFailures = false)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CassetteException($"{path}: cannot be opened: {exception.Message} Does another run use it?", exception);
        }

        try
        {
            return new Cassette(file, path, redactor, forgetsFailures);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The answer kept for a request; <see langword="null"/> where there is none.</summary>
    public ApiAnswer? Find(ApiRequest request)
    {
        Place? place;
        var digest = RequestDigest.Of(request);
        lock (_lock)
        {
            place = _places.TryGetValue(digest, out var known) ? known : null;
        }

        return place is { } found ? Read(found) : null;
    }

    /// <summary>
    /// The answer kept for a request; otherwise the one that comes of calling, which is kept then. Who asks for the same while that call
    /// is under way gets its answer. A refusal of credentials and an exhausted quota are given but not kept: the same run may
    /// go on once they are mended.
    /// </summary>
    /// <param name="request">What is asked.</param>
    /// <param name="call">Calls. When it throws, nothing is kept.</param>
    /// <param name="cancellation">Ends waiting for somebody else's call.</param>
    public async Task<RecordedAnswer> AnswerAsync(ApiRequest request, Func<Task<ApiAnswer>> call, CancellationToken cancellation)
    {
        var digest = RequestDigest.Of(request);
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            Task? others = null;
            Place? place;
            bool isInherited;
            lock (_lock)
            {
                place = _places.TryGetValue(digest, out var known) ? known : null;
                isInherited = place is not null && _inherited.Remove(digest);
                if (place is null && !_underWay.TryGetValue(digest, out others))
                {
                    _underWay[digest] = mine.Task;
                }
            }

            if (place is { } found)
            {
                return new RecordedAnswer(Read(found), IsReplayed: true, isInherited);
            }

            if (others is null)
            {
                return new RecordedAnswer(
                    await CallAsync(digest, call, mine).ConfigureAwait(false), IsReplayed: false, IsInherited: false);
            }

            await others.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps an answer.</summary>
    /// <returns>What was kept, without secrets. It is on the disk by now.</returns>
    /// <exception cref="CassetteException">The file cannot be written.</exception>
    public Task<ApiAnswer> KeepAsync(ApiRequest request, ApiAnswer answer) => KeepAsync(RequestDigest.Of(request), answer);

    /// <summary>Lets nothing be sent once an answer could not be kept: further ones would be paid for and lost.</summary>
    /// <exception cref="CassetteException">The file could not be written.</exception>
    public void RequireWritable()
    {
        if (_refusal is { } refusal)
        {
            throw new CassetteException(refusal.Message, refusal);
        }
    }

    public void Dispose() => _file.Dispose();

    private async Task<ApiAnswer> CallAsync(string digest, Func<Task<ApiAnswer>> call, TaskCompletionSource mine)
    {
        try
        {
            var answer = await call().ConfigureAwait(false);
            return answer.Failure?.Kind is CallFailureKind.Unauthorized or CallFailureKind.QuotaExhausted
                ? WithoutSecrets(answer)
                : await KeepAsync(digest, answer).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _underWay.Remove(digest);
            }

            mine.SetResult();
        }
    }

    private async Task<ApiAnswer> KeepAsync(string digest, ApiAnswer answer)
    {
        var kept = WithoutSecrets(answer);
        var line = Encoding.UTF8.GetBytes(CassetteLine.Write(digest, kept) + "\n");
        try
        {
            var offset = await _writer.AppendAsync(line).ConfigureAwait(false);
            lock (_lock)
            {
                _places[digest] = new Place(offset, line.Length - 1);
            }
        }
        catch (Exception exception) when (WriteFailure.IsRefusal(exception))
        {
            _refusal = new CassetteException(
                $"{_path}: cannot be written: {exception.Message} Make room on its disk and run again; no kept answer is lost.", exception);
            throw _refusal;
        }

        return kept;
    }

    private ApiAnswer WithoutSecrets(ApiAnswer answer) => answer with
    {
        Body = Redactor.Redact(answer.Body),
        Failure = answer.Failure is { } failure ? failure with { Message = Redactor.Redact(failure.Message) } : null,
    };

    private ApiAnswer Read(Place place)
    {
        var line = new byte[place.Length];
        return RandomAccess.Read(_file.SafeFileHandle, line, place.Offset) == line.Length
            && CassetteLine.TryRead(line, out _, out var answer)
                ? answer
                : throw new CassetteException(
                    $"{_path}: was changed by somebody else during the run. Run again to go on from what is left.");
    }

    // Where the file ends afterwards.
    private long ReadAll(bool forgetsFailures)
    {
        var reader = new LineReader(_file);
        var end = 0L;
        for (var number = 1; reader.Read() is { } line; number++)
        {
            if (!reader.IsEnded)
            {
                break; // The last line, cut short.
            }

            if (!CassetteLine.TryRead(line.Span, out var digest, out var answer))
            {
                throw new CassetteException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_path}:{number}: is not a line of a cassette. Restore the file, or remove it to pay for all calls again."));
            }

            if (!forgetsFailures || answer.Failure?.Kind is null or CallFailureKind.Rejected)
            {
                _places[digest] = new Place(end, line.Length);
                _inherited.Add(digest);
            }

            end += line.Length + 1;
        }

        _file.SetLength(end);
        return end;
    }

    private readonly record struct Place(long Offset, int Length);
}
