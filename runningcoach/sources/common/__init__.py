"""What every vendor's client needs: HTTP failures, pacing, tokens."""
