using System.Diagnostics;

namespace Convergence.Optimization.Tests.Storage;

/// <summary>Runs a program in Python, whose own SQLite is what the original uses.</summary>
internal static class PythonProgram
{
    /// <returns>What it wrote.</returns>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEnd();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors);
        return output;
    }

    private static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("python3", ["-c", program, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Assert.Ignore($"needs python3: {exception.Message}");
            throw;
        }
    }
}
