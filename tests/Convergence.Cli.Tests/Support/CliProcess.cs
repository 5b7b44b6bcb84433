using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Convergence.Cli.Tests.Support;

/// <summary>The command as a process of its own, as users run it.</summary>
internal sealed class CliProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _news = new();

    private CliProcess(Process process, bool readsOutput = true)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.Start();
        if (readsOutput)
        {
            process.BeginOutputReadLine();
        }

        process.BeginErrorReadLine();
    }

    public int ExitCode => _process.ExitCode;

    public static string ProgramPath { get; } = Path.Combine(AppContext.BaseDirectory, "convergence.dll");

    public static CliProcess Start(string workingDirectory, params string[] args) =>
        StartProgram(workingDirectory, "dotnet", [ProgramPath, .. args]);

    /// <summary>Nobody reads the output, as when a pager waits for a key: the process stops when the pipe is full.</summary>
    public static CliProcess StartUnread(string workingDirectory, params string[] args) =>
        StartProgram(workingDirectory, "dotnet", [ProgramPath, .. args], readsOutput: false);

    private static CliProcess StartProgram(string workingDirectory, string program, string[] args, bool readsOutput = true)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in args)
        {
            start.ArgumentList.Add(argument);
        }

        // What users run was compiled ahead of time; to compile it well at once would be most of what a short process does.
        start.Environment["DOTNET_TC_QuickJitForLoops"] = "1";
        return new CliProcess(new Process { StartInfo = start }, readsOutput);
    }

    public static CliResult Run(string workingDirectory, params string[] args)
    {
        using var process = Start(workingDirectory, args);
        return process.Wait();
    }

    /// <summary>Runs any program to its end.</summary>
    public static CliResult RunProgram(string workingDirectory, string program, params string[] args)
    {
        using var process = StartProgram(workingDirectory, program, args);
        return process.Wait();
    }

    /// <summary>Waits for the end, at most two minutes.</summary>
    public CliResult Wait()
    {
        if (!_process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The command did not end.\n{Output}\n{Error}");
        }

        // The parameterless wait also waits for the last lines.
        _process.WaitForExit();
        return new CliResult(_process.ExitCode, Output, Error);
    }

    /// <summary>How long processors have worked on it.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Whether it ends within so long.</summary>
    public bool HasEndedWithin(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Waits until the output holds a text, or the process ends, or the time is over.</summary>
    public bool WaitForOutput(string text, TimeSpan timeout)
    {
        var watch = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited || watch.Elapsed > timeout)
            {
                return Output.Contains(text, StringComparison.Ordinal);
            }

            _news.Wait(TimeSpan.FromMilliseconds(50));
            _news.Reset();
        }

        return true;
    }

    /// <summary>The JSON objects that it has written so far, one a line.</summary>
    public IReadOnlyList<JsonElement> JsonLines() => new CliResult(0, Output, Error).JsonLines();

    /// <summary>Waits for the end for so long; then kills without a chance to clean up (SIGKILL).</summary>
    /// <returns>Whether it had to be killed.</returns>
    public bool KillAfter(TimeSpan delay)
    {
        if (_process.WaitForExit(delay))
        {
            return false;
        }

        _process.Kill();
        _process.WaitForExit();
        return true;
    }

    /// <summary>Sends a signal by its number: 2 for Ctrl-C, 15 for SIGTERM.</summary>
    public void Signal(int signal)
    {
        if (NativeKill(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} could not be sent.");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _news.Dispose();
    }

    private string Output => Read(_output);

    private string Error => Read(_error);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);

    private string Read(StringBuilder text)
    {
        lock (_lock)
        {
            return text.ToString();
        }
    }

    private void Append(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            text.Append(line).Append('\n');
        }

        _news.Set();
    }
}
