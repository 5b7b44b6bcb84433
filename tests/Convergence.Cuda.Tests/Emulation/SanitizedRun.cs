using System.Reflection;
using System.Text;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Convergence.Cuda.Tests.Emulation;

/// <summary>
/// The child's side of <c>SanitizerTests</c>: runs the suites of the device once more, in a process in which AddressSanitizer watches
/// every access of the kernels.
/// </summary>
internal static class SanitizedRun
{
    /// <summary>The category of the suites that take every kernel through all its branches.</summary>
    public const string Category = "Sanitized";

    /// <summary>What the child has in its environment, so that the libraries it loads are built with the sanitizer.</summary>
    public const string Variable = "CONVERGENCE_CUDA_SANITIZED";

    public static bool IsOn => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <exception cref="InvalidOperationException">A test failed, or a kernel was not launched.</exception>
    public static void AllKernels()
    {
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        runner.Load(Assembly.GetExecutingAssembly(), new Dictionary<string, object> { ["NumberOfTestWorkers"] = 0 });
        var result = runner.Run(TestListener.NULL, TestFilter.FromXml($"<filter><cat>{Category}</cat></filter>"));
        if (result.FailCount > 0 || result.SkipCount > 0 || result.PassCount == 0)
        {
            var text = new StringBuilder().Append(result.PassCount).Append(" passed, ").Append(result.SkipCount).AppendLine(" skipped");
            Describe(result, text);
            throw new InvalidOperationException(text.ToString());
        }

        var never = EmulatedGpu.LaunchCounts
            .Where(kernel => kernel.Value == 0 && !kernel.Key.StartsWith("checks.cu/", StringComparison.Ordinal))
            .Select(kernel => kernel.Key)
            .ToArray();
        if (never.Length > 0)
        {
            throw new InvalidOperationException($"No test launches {string.Join(", ", never)}.");
        }

        Console.WriteLine($"{result.PassCount} tests, {EmulatedGpu.LaunchCounts.Values.Sum()} launches");
    }

    private static void Describe(ITestResult result, StringBuilder text)
    {
        if (!result.HasChildren && result.ResultState.Status is TestStatus.Failed or TestStatus.Skipped)
        {
            text.AppendLine(result.FullName).AppendLine(result.Message).AppendLine(result.StackTrace);
        }

        foreach (var child in result.Children)
        {
            Describe(child, text);
        }
    }
}
