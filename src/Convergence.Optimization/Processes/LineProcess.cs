using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Processes;

/// <summary>
/// A program that reads a line of JSON and answers with a line of JSON that has the same <c>id</c>. It is asked one thing at a time.
/// Lines that are no such answer are passed over, so that a program may print what it likes.
/// </summary>
internal sealed class LineProcess : IDisposable
{
    private const int MaxLineByteCount = 16 << 20;
    private const int KeptErrorLines = 20;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Process _process;
    private readonly CappedLines _lines;
    private readonly Queue<string> _errors = new();

    private LineProcess(Process process)
    {
        _process = process;
        _lines = new CappedLines(process.StandardOutput.BaseStream, MaxLineByteCount);
        process.ErrorDataReceived += (_, arguments) => Remember(arguments.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="directory">Where it runs.</param>
    /// <exception cref="LineProcessException">It cannot be started.</exception>
    public static LineProcess Start(IReadOnlyList<string> command, string directory)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        try
        {
            return new LineProcess(Process.Start(start)!);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw new LineProcessException($"'{command[0]}' cannot be started: {exception.Message}");
        }
    }

    /// <summary>Asks.</summary>
    /// <param name="request">The request; its <c>id</c> is told apart from others.</param>
    /// <param name="cancellation">Ends waiting. The program must be disposed of then: its answer may still come.</param>
    /// <exception cref="LineProcessException">The program ended, or answered with too long a line.</exception>
    public async Task<JsonObject> AskAsync(JsonObject request, CancellationToken cancellation)
    {
        var id = request["id"];
        try
        {
            await _process.StandardInput.WriteLineAsync(request.ToJsonString().AsMemory(), cancellation).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw await EndedAsync().ConfigureAwait(false);
        }

        return await ReadAsync(answer => JsonNode.DeepEquals(answer["id"], id), cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads the next line that is an answer.</summary>
    /// <param name="isIt">Which object it is.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="LineProcessException">The program ended, or wrote too long a line.</exception>
    public async Task<JsonObject> ReadAsync(Func<JsonObject, bool> isIt, CancellationToken cancellation)
    {
        while (true)
        {
            var line = await _lines.ReadAsync(cancellation).ConfigureAwait(false) ?? throw await EndedAsync().ConfigureAwait(false);
            if (TryParse(line) is { } answer && isIt(answer))
            {
                return answer;
            }
        }
    }

    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            Debug.WriteLine(exception.Message); // It has ended already.
        }

        _process.Dispose();
    }

    // A line of JSON that cannot be used is the answer: who passed it over would wait for another until the timeout.
    private static JsonObject? TryParse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return !line.Span.TrimStart((byte)' ').StartsWith("{"u8) ? null
                : StrictJson.Parse(line.Span, out var problem) as JsonObject is { } map ? map
                : throw new LineProcessException($"the program wrote a line that {problem}.");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<LineProcessException> EndedAsync()
    {
        // The error stream is whole once the process is waited for.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new LineProcessException($"the program closed its output.{LastErrors()}");
        }

        return new LineProcessException($"the program ended with code {_process.ExitCode}.{LastErrors()}");
    }

    private string LastErrors()
    {
        lock (_errors)
        {
            return _errors.Count == 0 ? string.Empty : $" It wrote last: {string.Join(" | ", _errors.TakeLast(3))}";
        }
    }

    private void Remember(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_errors)
        {
            _errors.Enqueue(line.Trim());
            if (_errors.Count > KeptErrorLines)
            {
                _errors.Dequeue();
            }
        }
    }
}
