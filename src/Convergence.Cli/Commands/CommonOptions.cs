using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Convergence.Foundation.Text;
using Convergence.Merging;
using Convergence.Tensors.Devices;

namespace Convergence.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public const string JsonName = "--json";

    /// <summary>On every command.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Description = "Log in detail to the error stream.",
        Recursive = true,
    };

    public static Option<bool> Json(string description) => new(JsonName) { Description = description };

    /// <summary>What relative model names refer to.</summary>
    /// <param name="place">Where the names stand: <c> in the recipe</c>; nothing for those on the command line.</param>
    public static Option<string?> Root(string place = "") => new("--root")
    {
        Description = $"What relative model names{place} refer to. By default the working directory.",
        HelpName = "DIR",
    };

    /// <summary>The models that a command names, relative to <see cref="Root"/> where it has that option.</summary>
    public static ParentModels OpenParents(ParseResult parsed, Option<string?>? root = null) =>
        new((root is null ? null : parsed.GetValue(root)) ?? Directory.GetCurrentDirectory());

    /// <summary>The directory that a command makes.</summary>
    public static Option<string?> Output(string description) => new("--out", "-o") { Description = description, HelpName = "DIR" };

    /// <summary>Where a command computes.</summary>
    public static Option<DeviceRequest> Device() => new("--device")
    {
        Description = "Where to compute: cpu, auto (the first GPU that can be used, else the CPU), cuda, or cuda:N. By default cpu.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => DeviceRequest.Cpu,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            if (DeviceRequest.Parse(text) is { } device)
            {
                return device;
            }

            result.AddError($"--device: '{text}' is no device. There are {DeviceRequest.Choices}.");
            return DeviceRequest.Cpu;
        },
    };

    /// <summary>A number in a range; an error names the option, the value and the range.</summary>
    public static Option<TNumber> Number<TNumber>(string name, string description, TNumber minimum, TNumber maximum, TNumber fallback)
        where TNumber : struct, INumber<TNumber> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => Parse(result, name, minimum, maximum),
            DefaultValueFactory = _ => fallback,
        };

    /// <summary>As <see cref="Number"/>, without a value when it is not given.</summary>
    public static Option<TNumber?> OptionalNumber<TNumber>(string name, string description, TNumber minimum, TNumber maximum)
        where TNumber : struct, INumber<TNumber> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => Parse(result, name, minimum, maximum),
        };

    /// <summary>A size in bytes, such as <c>5GB</c> or <c>512MiB</c>, without a value when it is not given.</summary>
    public static Option<long?> Size(string name, string description, long minimum = 0) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            if (ByteSize.Parse(text) is not { } size)
            {
                result.AddError($"{name}: '{text}' is not a size. Write for example 5GB, 512MiB or a number of bytes.");
                return null;
            }

            if (size < minimum)
            {
                result.AddError(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: '{text}' is {size} bytes; the least is {minimum}. "
                    + $"B stands for bytes, not for a billion parameters: write for example 5GB."));
                return null;
            }

            return size;
        },
    };

    private static TNumber Parse<TNumber>(ArgumentResult result, string name, TNumber minimum, TNumber maximum)
        where TNumber : struct, INumber<TNumber>
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (TNumber.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{text}' is not a number in [{minimum}, {maximum}]."));
        return minimum;
    }
}
