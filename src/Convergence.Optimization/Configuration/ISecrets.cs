namespace Convergence.Optimization.Configuration;

/// <summary>Where tokens, passwords and connection strings are. Nothing keeps what it gives longer than a call needs it.</summary>
public interface ISecrets
{
    /// <summary>The value of an environment variable; <see langword="null"/> when it is not set, or empty.</summary>
    string? Find(string name);
}
