using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Evaluation;

namespace Convergence.Optimization.Runs.Resuming;

/// <summary>
/// What a run's directory keeps beside the answers: the header, written before the first call, and the configurations that were called.
/// The rest follows from configuration, seed and answers, so that a run is taken up again by running it again. Not thread-safe; the
/// cassette beside it admits one process at a time.
/// </summary>
public sealed class RunJournal
{
    private const string HeaderFile = "run.json";
    private const string ConfigurationsFile = "configurations.jsonl";
    private const int MaxConfigurationsByteCount = 256 << 20;

    private readonly string _directory;
    private RunHeader? _header;
    private List<string> _lines = [];

    private RunJournal(string directory, RunHeader? header) => (_directory, _header) = (directory, header);

    /// <summary>The run's directory.</summary>
    public string DirectoryPath => _directory;

    /// <summary>Where answers are kept.</summary>
    public string CassettePath => Path.Combine(_directory, "cassette.jsonl");

    /// <summary>What its answers are to this run, before it begins.</summary>
    public CassetteUse CassetteUse => _header switch
    {
        null => CassetteUse.NewRun,
        { IsOutage: true } => CassetteUse.AfterOutage,
        _ => CassetteUse.SameRun,
    };

    /// <summary>The header of a run that was begun; <see langword="null"/> before.</summary>
    internal RunHeader? Header => _header;

    /// <summary>Opens the directory of a run, or makes it.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <param name="restart">Whether to begin anew where another run lies; answers to equal calls are used again.</param>
    /// <exception cref="OptimizationRunException">Another run lies there.</exception>
    /// <exception cref="ConvergenceException">The directory cannot be used.</exception>
    public static RunJournal Open(OptimizationConfig config, bool restart = false)
    {
        ArgumentNullException.ThrowIfNull(config);
        var directory = config.Output.SavePath;
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OptimizationRunException(
                $"{config.Source}: output.save_path: {directory}: cannot be made: {exception.Message} Name another directory.", exception);
        }

        if (restart)
        {
            return new RunJournal(directory, null);
        }

        var header = RunHeaderFile.Read(Path.Combine(directory, HeaderFile));
        if (header is not null)
        {
            Require(config, header, directory);
        }

        return new RunJournal(directory, header);
    }

    /// <summary>The directory of a run that was begun, whatever its metrics.</summary>
    /// <exception cref="OptimizationRunException">There is none.</exception>
    internal static RunJournal OpenKept(OptimizationConfig config)
    {
        var directory = config.Output.SavePath;
        return RunHeaderFile.Read(Path.Combine(directory, HeaderFile)) is { } header
            ? new RunJournal(directory, header)
            : throw new OptimizationRunException(
                $"{config.Source}: output.save_path: {directory} holds no run. Run `convergence optimize` first, or name its directory.");
    }

    /// <summary>The configurations that were called, by id; what is damaged is left out.</summary>
    internal IReadOnlyList<KeptConfiguration> Configurations()
    {
        var path = Path.Combine(_directory, ConfigurationsFile);
        return !File.Exists(path) || new FileInfo(path).Length == 0
            ? []
            : [.. CappedFile.ReadText(path, MaxConfigurationsByteCount).Split('\n').Select(Parse).OfType<KeptConfiguration>()
                .DistinctBy(kept => kept.Id).OrderBy(kept => kept.Id)];
    }

    /// <summary>Begins, or goes on: afterwards there is a header.</summary>
    internal void Begin(RunHeader fresh)
    {
        // Whole lines only: a kill may have cut the last one short.
        KeptConfiguration[] kept =
            _header is null ? [] : [.. Configurations().TakeWhile((configuration, place) => configuration.Id == place)];
        _lines = [.. kept.Select(Line)];
        WriteLines();
        _header = (_header ?? fresh) with { IsOutage = false };
        RunHeaderFile.Write(Path.Combine(_directory, HeaderFile), _header);
    }

    /// <summary>
    /// Keeps configurations that were called, in the order of their ids. Where the run takes another course than when it was kept, as when
    /// calls that failed are made again, what was kept from there on gives way.
    /// </summary>
    internal void Keep(IEnumerable<Entrant> entrants)
    {
        var (first, isOther) = (_lines.Count, false);
        foreach (var entrant in entrants)
        {
            var line = Line(new KeptConfiguration(
                entrant.Id, entrant.Generation, entrant.Origin, entrant.IsGivenUp, entrant.IsCut, entrant.Parameters));
            if (entrant.Id < _lines.Count)
            {
                if (_lines[entrant.Id] == line)
                {
                    continue;
                }

                _lines.RemoveRange(entrant.Id, _lines.Count - entrant.Id);
                isOther = true;
            }

            _lines.Add(line);
        }

        if (isOther)
        {
            WriteLines();
        }
        else if (_lines.Count > first)
        {
            AppendLines(first);
        }
    }

    /// <summary>Ends the run.</summary>
    /// <param name="count">How many configurations it called; what an earlier process kept beyond them is dropped.</param>
    /// <param name="isOutage">Whether it ended because calls failed: when it is taken up, they are made again.</param>
    internal void End(int count, bool isOutage)
    {
        if (_lines.Count > count)
        {
            _lines.RemoveRange(count, _lines.Count - count);
            WriteLines();
        }

        if (isOutage)
        {
            _header = _header! with { IsOutage = true };
            RunHeaderFile.Write(Path.Combine(_directory, HeaderFile), _header);
        }
    }

    private void WriteLines() => AtomicFile.WriteAllText(Path.Combine(_directory, ConfigurationsFile), string.Concat(_lines));

    private void AppendLines(int first)
    {
        var path = Path.Combine(_directory, ConfigurationsFile);
        try
        {
            File.AppendAllText(path, string.Concat(_lines.Skip(first)));
        }
        catch (Exception exception) when (WriteFailure.IsRefusal(exception))
        {
            throw new OptimizationRunException(
                $"{path}: cannot be written: {exception.Message} Make room on its disk and run again; no kept answer is lost.", exception);
        }
    }

    private static void Require(OptimizationConfig config, RunHeader header, string directory)
    {
        var sections = RunIdentity.Of(config);
        string[] changed = [.. sections.Where(section => header.Sections.GetValueOrDefault(section.Key) != section.Value)
            .Select(section => section.Key)];
        if (changed.Length == 0)
        {
            return;
        }

        var cure = changed is [RunIdentity.Scoring]
            ? "Score its answers anew without a call with `convergence rescore`, or begin anew with --restart"
            : "Name another output.save_path, or begin anew with --restart; answers to equal calls are used again";
        throw new OptimizationRunException(
            $"{config.Source}: output.save_path: {directory} holds the run {header.RunId} of another configuration"
            + $" ({string.Join(", ", changed)} changed). {cure}.");
    }

    private static string Line(KeptConfiguration kept) => new JsonObject
    {
        ["id"] = kept.Id,
        ["generation"] = kept.Generation,
        ["origin"] = kept.Origin,
        ["given_up"] = kept.IsGivenUp,
        ["cut"] = kept.IsCut,
        ["parameters"] = kept.Parameters.DeepClone(),
    }.ToJsonString() + "\n";

    private static KeptConfiguration? Parse(string line)
    {
        try
        {
            return line.Length == 0 || JsonNode.Parse(line) is not JsonObject map
                ? null
                : new KeptConfiguration(
                    (int)map["id"]!, (int)map["generation"]!, (string)map["origin"]!, (bool)map["given_up"]!,
                    (bool?)map["cut"] ?? false, map["parameters"]!.DeepClone().AsObject());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException
            or ArgumentException or NullReferenceException)
        {
            // The last line, cut short by a kill: running again writes it again.
            return null;
        }
    }
}
