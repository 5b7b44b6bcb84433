namespace Convergence.Cli.Tests.Resuming;

/// <summary>What two runs of one job must have in common, bit for bit, however often one of them was stopped.</summary>
internal sealed record FinishedRun(string Recipe, string Result, string Weights, string History)
{
    // Times differ between runs, and what was already known after a restart is not evaluated again.
    private static readonly string[] SteadyColumns = ["generation", "best", "mean", "diversity", "mutation_strength", "best_technique"];

    public static FinishedRun Read(string directory) => new(
        File.ReadAllText(Path.Combine(directory, "recipe.yaml")),
        File.ReadAllText(Path.Combine(directory, "result.json")),
        Convert.ToHexString(
            System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(directory, "model", "model.safetensors")))),
        SteadyHistory(File.ReadAllLines(Path.Combine(directory, "history.csv"))));

    private static string SteadyHistory(string[] lines)
    {
        var columns = lines[0].Split(',');
        var steady = SteadyColumns.Select(name => Array.IndexOf(columns, name)).ToList();
        return string.Join('\n', lines.Select(line =>
        {
            var fields = line.Split(',');
            return string.Join(',', steady.Select(column => fields[column]));
        }));
    }
}
