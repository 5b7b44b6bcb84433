namespace Convergence.LanguageModels.Generation;

/// <summary>Watches sequences grow and may end them: stop texts, streaming, a decision that has fallen.</summary>
internal interface IGenerationMonitor
{
    /// <summary>Called after each token of each sequence, stop tokens excepted.</summary>
    /// <param name="sequence">The prompt's index.</param>
    /// <param name="token">The token that was added.</param>
    /// <returns>Whether the sequence ends here.</returns>
    bool EndsAfter(int sequence, int token);
}
