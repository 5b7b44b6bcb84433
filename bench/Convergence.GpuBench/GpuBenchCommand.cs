namespace Convergence.GpuBench;

/// <summary>
/// Checks every CUDA kernel against the CPU device and measures the GPU against limits taken in the same run. Needs neither .NET nor
/// anything of the repository where it runs: the GPU's driver, NVRTC and cuBLAS, as the command does.
/// </summary>
public static class GpuBenchCommand
{
    private const int ChecksFailed = 1;
    private const int BadUsage = 2;
    private const int CannotRun = 3;

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">See <see cref="GpuBenchOptions.Usage"/>.</param>
    /// <param name="output">Receives checks and tables, as Markdown.</param>
    /// <param name="error">Receives what went wrong.</param>
    /// <param name="clock">Gives the date of the report.</param>
    /// <returns>0; 1 where a check failed, 2 for arguments that are not understood, 3 where there is no GPU or a part failed.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(clock);
        if (arguments is ["--help" or "-h"])
        {
            output.WriteLine(GpuBenchOptions.Usage);
            return 0;
        }

        if (GpuBenchOptions.Parse(arguments, out var problem) is not { } options)
        {
            error.WriteLine($"error: {problem}\n{GpuBenchOptions.Usage}");
            return BadUsage;
        }

        try
        {
            var run = new GpuBenchRun(options, output, error, clock);
            return !run.Run() ? CannotRun : run.HasPassed ? 0 : ChecksFailed;
        }
        catch (ConvergenceException exception)
        {
            error.WriteLine($"error: {exception.Message}");
            return CannotRun;
        }
    }
}
