using System.Globalization;
using System.Text;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>
/// Keeps every answer of a run in a file of JSON lines, by the content of its request and without secrets,
/// so that a run goes on where it was killed and no call is paid for twice. A line is on the disk before the answer is used.
/// A last line that a kill cut short is taken off when the file is opened again. One process may have it open at a time;
/// within it, any number of threads.
/// </summary>
public sealed class Cassette : IDisposable
{
    private readonly Dictionary<string, ApiAnswer> _answers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly SecretRedactor _redactor;

    private Cassette(FileStream file, SecretRedactor redactor)
    {
        _file = file;
        _redactor = redactor;
    }

    /// <summary>How many answers it holds.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _answers.Count;
            }
        }
    }

    /// <summary>Opens a cassette, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="redactor">What takes secrets out of answers.</param>
    /// <exception cref="CassetteException">Another process has it open, or a line before the last is damaged.</exception>
    public static Cassette Open(string path, SecretRedactor redactor)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CassetteException($"{path}: cannot be opened: {exception.Message} Does another run use it?", exception);
        }

        var cassette = new Cassette(file, redactor);
        try
        {
            cassette.ReadAll(path);
            return cassette;
        }
        catch
        {
            cassette.Dispose();
            throw;
        }
    }

    /// <summary>The answer kept for a request; <see langword="null"/> where there is none.</summary>
    public ApiAnswer? Find(ApiRequest request)
    {
        var digest = RequestDigest.Of(request);
        lock (_lock)
        {
            return _answers.GetValueOrDefault(digest);
        }
    }

    /// <summary>Keeps an answer.</summary>
    /// <returns>What was kept, without secrets. It is on the disk by now.</returns>
    public ApiAnswer Keep(ApiRequest request, ApiAnswer answer)
    {
        var kept = answer with
        {
            Body = _redactor.Redact(answer.Body),
            Failure = answer.Failure is { } failure ? failure with { Message = _redactor.Redact(failure.Message) } : null,
        };
        var digest = RequestDigest.Of(request);
        var line = Encoding.UTF8.GetBytes(CassetteLine.Write(digest, kept) + "\n");
        lock (_lock)
        {
            _file.Write(line);
            _file.Flush(flushToDisk: true);
            _answers[digest] = kept;
        }

        return kept;
    }

    public void Dispose() => _file.Dispose();

    private void ReadAll(string path)
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
                    $"{path}:{number}: is not a line of a cassette. Restore the file, or remove it to pay for all calls again."));
            }

            _answers[digest] = answer;
            end += line.Length + 1;
        }

        _file.SetLength(end);
        _file.Seek(end, SeekOrigin.Begin);
    }
}
