using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>
/// Keeps every answer of a run in a file of JSON lines, by the content of its request and without secrets, so that a run goes on where it
/// was killed and no call is paid for twice. That a call is sent is written before it is sent, so that calls that a kill cuts off count
/// against the limits all the same; an answer is on the disk before it is used. Answers that come at the same time share one flush.
/// Memory holds where lines are, not what they say. A last line that a kill cut short is taken off when the file is opened again. One
/// process may have it open at a time; within it, any number of threads.
/// </summary>
public sealed class Cassette : IDisposable
{
    private readonly Dictionary<string, CassettePlace> _places;
    private readonly HashSet<string> _inherited;
    private readonly Dictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly string _path;
    private readonly GroupWriter _writer;
    private long _nextCall;
    private bool _isNewRun;
    private volatile CassetteException? _refusal;

    private Cassette(FileStream file, string path, SecretRedactor redactor, CassetteUse use)
    {
        var contents = CassetteContents.Read(file, path, use);
        file.SetLength(contents.End);
        (_file, _path, Redactor) = (file, path, redactor);
        (_places, _nextCall) = (contents.Places, contents.NextCall);
        _inherited = [.. _places.Keys];
        (Paid, Unanswered) = (contents.Paid, contents.Unanswered);
        _isNewRun = use == CassetteUse.NewRun && contents.End > 0;
        _writer = new GroupWriter(file.SafeFileHandle, contents.End);
    }

    /// <summary>What takes secrets out of answers. Whoever authorizes calls is made known to it before the first call.</summary>
    public SecretRedactor Redactor { get; }

    /// <summary>What the run had paid when the cassette was opened: for its answers, failures and unanswered calls.</summary>
    public Spend Paid { get; }

    /// <summary>The part of it for calls that were under way when a process of the run died: the most that they can have cost.</summary>
    public Spend Unanswered { get; }

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
    /// <param name="use">Whose calls it keeps.</param>
    /// <exception cref="CassetteException">Another process has it open, or a line before the last is damaged.</exception>
    public static Cassette Open(string path, SecretRedactor redactor, CassetteUse use = CassetteUse.SameRun)
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
            return new Cassette(file, path, redactor, use);
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
        CassettePlace? place;
        var digest = RequestDigest.Of(request);
        lock (_lock)
        {
            place = _places.TryGetValue(digest, out var known) ? known : null;
        }

        return place is { } found ? Read(found).Answer : null;
    }

    /// <summary>
    /// The answer kept for a request; otherwise the one that comes of calling, which is kept then. Who asks for the same while that call
    /// is under way gets its answer. A refusal of credentials and an exhausted quota are given but not kept: the same run may
    /// go on once they are mended.
    /// </summary>
    /// <param name="request">What is asked.</param>
    /// <param name="call">Calls, and tells of each attempt before and after. When it throws, no answer is kept.</param>
    /// <param name="cancellation">Ends waiting for somebody else's call.</param>
    /// <exception cref="CassetteException">The answer could not be kept.</exception>
    public async Task<RecordedAnswer> AnswerAsync(
        ApiRequest request, Func<PaidCall, Task<ApiAnswer>> call, CancellationToken cancellation)
    {
        var digest = RequestDigest.Of(request);
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            Task? others = null;
            CassettePlace? place;
            bool isInherited;
            lock (_lock)
            {
                place = _places.TryGetValue(digest, out var known) ? known : null;
                isInherited = _inherited.Remove(digest);
                if (place is null && !_underWay.TryGetValue(digest, out others))
                {
                    _underWay[digest] = mine.Task;
                }
            }

            if (place is { } found)
            {
                var line = Read(found);
                return new RecordedAnswer(line.Answer!, line.Spend, IsReplayed: true, isInherited);
            }

            if (others is null)
            {
                return await CallAsync(digest, call, mine).ConfigureAwait(false);
            }

            await others.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public void Dispose() => _file.Dispose();

    private async Task<RecordedAnswer> CallAsync(string digest, Func<PaidCall, Task<ApiAnswer>> call, TaskCompletionSource mine)
    {
        var paid = new PaidCall(Interlocked.Increment(ref _nextCall) - 1, WriteSent);
        try
        {
            var answer = WithoutSecrets(await call(paid).ConfigureAwait(false));
            if (answer.Failure?.Kind is CallFailureKind.Unauthorized or CallFailureKind.QuotaExhausted)
            {
                WriteEndWithoutAnswer(paid);
            }
            else
            {
                await KeepAsync(digest, answer, paid).ConfigureAwait(false);
            }

            return new RecordedAnswer(answer, paid.Spent, IsReplayed: false, IsInherited: false);
        }
        catch (Exception exception) when (exception is not CassetteException)
        {
            WriteEndWithoutAnswer(paid);
            throw;
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

    private async Task KeepAsync(string digest, ApiAnswer answer, PaidCall paid)
    {
        var line = new CassetteLine(CassetteLineKind.Ended, paid.Number, paid.Spent, digest, answer).ToBytes();
        try
        {
            var offset = await _writer.AppendAsync(line).ConfigureAwait(false);
            lock (_lock)
            {
                _places[digest] = new CassettePlace(offset, line.Length - 1);
            }
        }
        catch (Exception exception) when (GroupWriter.IsRefusal(exception))
        {
            throw Refuse(exception);
        }
    }

    private void WriteSent(PaidCall paid, SpendEstimate most)
    {
        if (_refusal is { } refusal)
        {
            throw new CassetteException(refusal.Message, refusal);
        }

        lock (_lock)
        {
            if (_isNewRun)
            {
                Write(new CassetteLine(CassetteLineKind.NewRun));
                _isNewRun = false;
            }
        }

        Write(new CassetteLine(CassetteLineKind.Sent, paid.Number, most.OfOneCall));
    }

    private void WriteEndWithoutAnswer(PaidCall paid)
    {
        if (paid.IsSent)
        {
            Write(new CassetteLine(CassetteLineKind.Ended, paid.Number, paid.Spent));
        }
    }

    private void Write(CassetteLine line)
    {
        try
        {
            _writer.Append(line.ToBytes());
        }
        catch (Exception exception) when (GroupWriter.IsRefusal(exception))
        {
            throw Refuse(exception);
        }
    }

    // Nothing is sent once a line could not be written: further answers would be paid for and lost.
    private CassetteException Refuse(Exception cause) => _refusal = new CassetteException(
        $"{_path}: cannot be written: {cause.Message} Make room on its disk and run again; no kept answer is lost.", cause);

    private ApiAnswer WithoutSecrets(ApiAnswer answer) => answer with
    {
        Body = Redactor.Redact(answer.Body),
        Failure = answer.Failure is { } failure ? failure with { Message = Redactor.Redact(failure.Message) } : null,
    };

    private CassetteLine Read(CassettePlace place)
    {
        var text = new byte[place.Length];
        return RandomAccess.Read(_file.SafeFileHandle, text, place.Offset) == text.Length
            && CassetteLine.TryRead(text, out var line) && line.Answer is not null
                ? line
                : throw new CassetteException(
                    $"{_path}: was changed by somebody else during the run. Run again to go on from what is left.");
    }
}
