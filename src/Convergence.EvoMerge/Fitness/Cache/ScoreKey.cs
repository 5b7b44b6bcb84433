using System.Security.Cryptography;
using System.Text;

namespace Convergence.EvoMerge.Fitness.Cache;

/// <summary>
/// The address of a score: SHA-256 of the recipe with the parents' content hashes for names (so that moved or renamed parents keep their
/// scores and changed ones lose them) and of the tasks' content.
/// </summary>
public static class ScoreKey
{
    // Raised when the same recipe comes to mean other weights or other scores.
    private const string Version = "1";

    /// <param name="recipe">The text of the recipe, its models named by their content hashes.</param>
    /// <param name="tasksHash">The hash of the split's tasks and examples.</param>
    public static string Of(string recipe, string tasksHash) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Version}\n{tasksHash}\n{recipe}")));
}
