using System.Text.Json;
using System.Text.Json.Serialization;
using Convergence.Foundation.Files;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Results;

/// <summary>
/// <c>result.json</c>: all that a run found, complete and with a version, so that every other file can be made again from it.
/// </summary>
public static class ResultFile
{
    public const string Name = "result.json";

    private const int MaxByteCount = int.MaxValue;

    // Answers of APIs are nested as deeply as they like, and lie some levels below the document.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 512,
    };

    /// <summary>Writes it into a run's directory, which must exist.</summary>
    public static void Write(string directory, OptimizationResult result, ReportSettings settings) => AtomicFile.Write(
        Path.Combine(directory, Name),
        stream => JsonSerializer.Serialize(stream, ResultDocument.Of(result, settings), Options));

    /// <summary>Reads it.</summary>
    /// <param name="directory">A run's directory.</param>
    /// <exception cref="ConvergenceException">There is none, or it is damaged.</exception>
    public static (OptimizationResult Result, ReportSettings Settings) Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!Directory.Exists(directory))
        {
            throw new ConvergenceException($"{directory}: is not there. Name the directory of a run of \"convergence optimize\".");
        }

        if (!File.Exists(path))
        {
            throw new ConvergenceException(
                $"{directory}: has no {Name}: no run of \"convergence optimize\" has ended there. Run it, or go on with it, to the end.");
        }

        try
        {
            var document = JsonSerializer.Deserialize<ResultDocument>(CappedFile.ReadAllBytes(path, MaxByteCount), Options);
            if (document is not { Format: ResultDocument.FormatName, Version: ResultDocument.FormatVersion })
            {
                throw new ConvergenceException(
                    $"{path}: is {document?.Format} version {document?.Version}, where {ResultDocument.FormatName} version "
                    + $"{ResultDocument.FormatVersion} belongs. Make it again with this version's \"convergence rescore\".");
            }

            return (document.ToResult(), document.Settings);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or IndexOutOfRangeException)
        {
            throw new ConvergenceException(
                $"{path}: is damaged: {exception.Message} Make it again with \"convergence rescore {directory}\".", exception);
        }
    }
}
