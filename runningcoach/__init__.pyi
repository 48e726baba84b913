from runningcoach import fit as fit
from runningcoach import metrics as metrics
from runningcoach.public_api import activities as activities
from runningcoach.public_api import daily as daily
from runningcoach.public_api import explain as explain
from runningcoach.public_api import health as health
from runningcoach.public_api import plan as plan
from runningcoach.public_api import samples as samples
from runningcoach.public_api import sql as sql

__version__: str
