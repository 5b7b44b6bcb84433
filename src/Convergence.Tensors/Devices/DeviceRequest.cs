using System.Globalization;

namespace Convergence.Tensors.Devices;

/// <summary>The device that a user asks for: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Index">Which GPU, counted from 0; <see langword="null"/> for the first that can be used.</param>
public readonly record struct DeviceRequest(DeviceKind Kind, int? Index = null)
{
    /// <summary>What a user may write, for messages.</summary>
    public const string Choices = "auto, cpu, cuda, or cuda:N for the GPU of that number, the first being cuda:0";

    public static DeviceRequest Auto => new(DeviceKind.Auto);

    public static DeviceRequest Cpu => new(DeviceKind.Cpu);

    /// <returns><see langword="null"/> when the text names no device.</returns>
    public static DeviceRequest? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            "auto" => Auto,
            "cpu" => Cpu,
            "cuda" => new DeviceRequest(DeviceKind.Cuda),
            _ when text.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(text.AsSpan("cuda:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index) =>
                new DeviceRequest(DeviceKind.Cuda, index),
            _ => null,
        };
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => Kind switch
    {
        DeviceKind.Auto => "auto",
        DeviceKind.Cpu => "cpu",
        _ => Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"cuda:{index}") : "cuda",
    };
}
