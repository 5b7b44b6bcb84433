using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;

namespace Convergence.Optimization.Society;

/// <summary>What the society leaves in the run's directory, in the folder <c>society</c>. Files are written whole.</summary>
/// <param name="directory">The run's directory.</param>
internal sealed class SocietyFiles(string directory)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string _folder = Path.Combine(directory, "society");

    /// <summary>Writes <c>thoughts.jsonl</c>: a thought a line, with what came of its proposals.</summary>
    public void Write(IEnumerable<Thought> thoughts, Func<Evolution.Spaces.Configuration, JsonObject> toParameters) => WriteLines(
        "thoughts.jsonl",
        thoughts.Select(thought => new JsonObject
        {
            ["generation"] = thought.Generation,
            ["thought"] = thought.Text,
            ["proposals"] = new JsonArray([.. thought.Proposals.Select(toParameters)]),
            ["dropped"] = thought.Dropped,
            ["best_before"] = thought.BestBefore,
            ["rewards"] = new JsonArray([.. thought.Rewards.Select(tried => new JsonObject
            {
                ["configuration"] = tried.Entrant.Id,
                ["score"] = tried.Score,
                ["reward"] = tried.Reward,
            })]),
        }));

    /// <summary>Writes <c>preferences.jsonl</c>, a pair a line, and <c>judge.json</c>.</summary>
    public void Write(ImmutableArray<PreferencePair> pairs, JudgeCalibration calibration)
    {
        WriteLines("preferences.jsonl", pairs.Select(pair => new JsonObject
        {
            ["test_case_id"] = pair.TestCaseId,
            ["chosen"] = pair.IsRight ? pair.Good : pair.Bad,
            ["rejected"] = pair.IsRight ? pair.Bad : pair.Good,
            ["margin"] = Math.Abs(pair.Margin),
            ["consistent"] = pair.IsConsistent,
            ["right"] = pair.IsRight,
        }));
        AtomicFile.WriteAllText(Path.Combine(_folder, "judge.json"), new JsonObject
        {
            ["pairs"] = calibration.Pairs,
            ["position_bias"] = calibration.PositionBias,
            ["consistency"] = calibration.Consistency,
            ["accuracy"] = calibration.Accuracy,
            ["grade_deviation"] = calibration.GradeDeviation,
        }.ToJsonString(Indented) + "\n");
    }

    private void WriteLines(string name, IEnumerable<JsonObject> lines)
    {
        Directory.CreateDirectory(_folder);
        AtomicFile.WriteAllText(Path.Combine(_folder, name), string.Concat(lines.Select(line => line.ToJsonString() + "\n")));
    }
}
