using System.Diagnostics.CodeAnalysis;
using Convergence.Tensors.Devices;

namespace Convergence.GpuBench;

/// <summary>What is to be checked and measured, where, and how large.</summary>
/// <param name="Device">A GPU.</param>
/// <param name="Sizes">How large.</param>
/// <param name="Parts">Some of <see cref="AllParts"/>.</param>
internal sealed record GpuBenchOptions(DeviceRequest Device, BenchSizes Sizes, IReadOnlySet<string> Parts)
{
    public const string Checks = "checks";
    public const string Merge = "merge";
    public const string Forward = "forward";
    public const string Evolution = "evolution";

    public const string Usage =
        "usage: [--device cuda|cuda:N] [--quick | --tiny] [checks] [merge] [forward] [evolution]\n"
        + "Without parts all are run. --quick measures less, of smaller models; --tiny is for a GPU that is emulated.";

    public static IReadOnlyList<string> AllParts { get; } = [Checks, Merge, Forward, Evolution];

    /// <returns><see langword="null"/> where the arguments are not understood.</returns>
    public static GpuBenchOptions? Parse(ReadOnlySpan<string> arguments, [NotNullWhen(false)] out string? problem)
    {
        var device = new DeviceRequest(DeviceKind.Cuda);
        var sizes = BenchSizes.Full;
        var parts = new HashSet<string>(StringComparer.Ordinal);
        problem = null;
        for (; problem is null && arguments is [var argument, ..]; arguments = arguments[1..])
        {
            switch (argument)
            {
                case "--quick":
                    sizes = BenchSizes.Quick;
                    break;
                case "--tiny":
                    sizes = BenchSizes.Tiny;
                    break;
                case "--device" when arguments is [_, var name, ..] && DeviceRequest.Parse(name) is { Kind: DeviceKind.Cuda } wanted:
                    device = wanted;
                    arguments = arguments[1..];
                    break;
                case var part when AllParts.Contains(part):
                    parts.Add(part);
                    break;
                default:
                    problem = argument == "--device" ? "--device takes cuda or cuda:N." : $"{argument} is not understood.";
                    break;
            }
        }

        return problem is null ? new GpuBenchOptions(device, sizes, parts.Count > 0 ? parts : AllParts.ToHashSet()) : null;
    }
}
